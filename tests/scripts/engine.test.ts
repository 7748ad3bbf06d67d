// Shows what a newcomer is told where no Docker engine answers.
import { expect, test } from 'vitest';
import { runScript } from '../support/throwaway-project.ts';

test('an engine that does not answer ends in one clear line and a failure', () => {
  const { status, output } = runScript('scripts/engine.mjs', {
    env: { DOCKER_HOST: 'tcp://127.0.0.1:1', NO_COLOR: '1' },
  });
  const said = output.split('\n').filter((line) => line.startsWith('Failed:'));
  expect([status, said]).toEqual([1, ['Failed: No Docker engine answers at DOCKER_HOST=tcp://127.0.0.1:1.']]);
});
