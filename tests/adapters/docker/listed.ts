/** Builders of what an engine's list and inspect answer. */
import { labelsOf } from '../../../adapters/docker/labels.ts';
import { someIdentity } from '../../support/fake-runtime.ts';

/** A container of installation `i1` as the list shows it. */
export const aListed = (id: string, changes: Record<string, unknown> = {}) => ({
  Id: id,
  Names: [`/${id}`],
  ImageID: 'sha256:1',
  State: 'running',
  Status: 'Up 2 hours',
  Labels: labelsOf('i1', someIdentity()),
  HostConfig: { NetworkMode: 'n1' },
  NetworkSettings: { Networks: { ring_default: { NetworkID: 'n1', EndpointID: 'e1' } } },
  ...changes,
});

/** The same container as an inspect shows it. */
export const anInspected = (id: string, state: Record<string, unknown> = {}, RestartCount = 0) => ({
  Id: id,
  Name: `/${id}`,
  RestartCount,
  Config: { Labels: labelsOf('i1', someIdentity()) },
  NetworkSettings: { Networks: {} },
  State: {
    Status: 'running',
    OOMKilled: false,
    ExitCode: 0,
    Error: '',
    StartedAt: '2026-11-23T10:00:00Z',
    FinishedAt: '0001-01-01T00:00:00Z',
    ...state,
  },
});
