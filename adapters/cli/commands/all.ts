/** Lists all commands in the order of `ring --help`. The file of each command declares its arguments and options. */
import type { Groups } from '../cli.ts';
import { declareApply } from './apply.ts';
import { declareCompletion } from './completion.ts';
import { declareConfig } from './config.ts';
import { declareContext } from './context.ts';
import { declareDelete } from './delete.ts';
import { declareDescribe } from './describe.ts';
import { declareDoctor } from './doctor.ts';
import { declareEvents } from './events.ts';
import { declareGc } from './gc.ts';
import { declareGet } from './get.ts';
import { declareImport } from './import.ts';
import { declareInit } from './init.ts';
import { declareLogin } from './login.ts';
import { declareLogout } from './logout.ts';
import { declareLogs } from './logs.ts';
import { declareNamespace } from './namespace.ts';
import { declareNode } from './node.ts';
import { declarePlan } from './plan.ts';
import { declareReconcile } from './reconcile.ts';
import { declareRollout } from './rollout.ts';
import { declareRun } from './run.ts';
import { declareRuns } from './runs.ts';
import { declareScale } from './scale.ts';
import { declareSchema } from './schema.ts';
import { declareSecret } from './secret.ts';
import { declareServe } from './serve.ts';
import { declareTop } from './top.ts';
import { declareUser } from './user.ts';
import { declareVersion } from './version.ts';
import { declareVolume } from './volume.ts';
import { declareWait } from './wait.ts';

/** All commands, grouped by purpose. */
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
