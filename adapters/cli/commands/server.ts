/** The commands that run Ring itself: they start without the words of all others, since a server is to listen at once. */
import type { Groups } from '../cli.ts';
import { declareReconcile } from './reconcile.ts';
import { declareServe } from './serve.ts';

/** Those that open a Ring of their own. */
export const serverCommands: Groups = [['Running Ring:', [declareServe, declareReconcile]]];
