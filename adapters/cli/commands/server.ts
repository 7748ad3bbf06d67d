/**
 * The commands that run Ring itself: they start without loading the other commands, so that a server listens sooner.
 */
import type { Groups } from '../cli.ts';
import { declareReconcile } from './reconcile.ts';
import { declareServe } from './serve.ts';

/** The commands that open a Ring of their own. */
export const serverCommands: Groups = [['Running Ring:', [declareServe, declareReconcile]]];
