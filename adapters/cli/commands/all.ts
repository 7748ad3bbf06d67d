/** All commands in the order in which `ring --help` lists them. What each takes stands in the file of its name. */
import type { Groups } from '../cli.ts';
import { declareApply } from './apply.ts';
import { declareCompletion } from './completion.ts';
import { declareDelete } from './delete.ts';
import { declareDoctor } from './doctor.ts';
import { declareEvents } from './events.ts';
import { declareDescribe, declareGet } from './get.ts';
import {
  declareConfig,
  declareGc,
  declareNamespace,
  declareNode,
  declareSecret,
  declareVolume,
} from './house.ts';
import { declareImport } from './import.ts';
import { declareInit } from './init.ts';
import { declareContext, declareLogin, declareLogout } from './login.ts';
import { declareLogs } from './logs.ts';
import { declarePlan } from './plan.ts';
import { declareReconcile } from './reconcile.ts';
import { declareRollout } from './rollout.ts';
import { declareRun, declareRuns } from './run.ts';
import { declareScale } from './scale.ts';
import { declareSchema } from './schema.ts';
import { declareServe } from './serve.ts';
import { declareTop } from './top.ts';
import { declareUser } from './user.ts';
import { declareVersion } from './version.ts';
import { declareWait } from './wait.ts';

/** All commands by what they are for. */
export const allCommands: Groups = [
  ['Manifests:', [declareApply, declarePlan, declareImport, declareSchema]],
  ['Deployments:', [declareGet, declareDescribe, declareScale, declareRollout, declareWait, declareDelete]],
  ['What happens:', [declareLogs, declareEvents, declareTop]],
  ['Jobs:', [declareRun, declareRuns]],
  ['What they need:', [declareConfig, declareSecret, declareNamespace, declareVolume]],
  [
    'This server and you:',
    [declareLogin, declareLogout, declareContext, declareUser, declareNode, declareGc],
  ],
  [
    'Running Ring:',
    [declareInit, declareServe, declareReconcile, declareDoctor, declareCompletion, declareVersion],
  ],
];
