/** What the checks of `ring doctor` make of what they see; how they look is tested on a real machine. */
import { describe, expect, it } from 'vitest';
import { judgeRoom } from '../../../adapters/cli/doctor/disk.ts';
import { checkEngine, checkLimits } from '../../../adapters/cli/doctor/engine.ts';
import { findingLines, verdict, warn } from '../../../adapters/cli/doctor/finding.ts';
import { judgeListener, judgeListening } from '../../../adapters/cli/doctor/port.ts';
import { checkVersions } from '../../../adapters/cli/doctor/versions.ts';
import { makePaint } from '../../../adapters/cli/paint.ts';

const gib = 1024 ** 3;
const place = { whose: 'Ring keeps its data', path: '/data' };
const here = { host: '127.0.0.1', port: 3030 };
const socket = 'unix:///var/run/docker.sock';

const lookAt = (time: string) => ({
  version: '29.0.1',
  apiVersion: '1.44',
  info: {
    SystemTime: time,
    MemoryLimit: true,
    CpuCfsQuota: true,
    PidsLimit: true,
    CgroupVersion: '2',
    CgroupDriver: 'systemd',
  },
  askedAt: Date.parse('2026-05-01T12:00:00Z'),
  answeredAt: Date.parse('2026-05-01T12:00:01Z'),
});

describe('the doctor', () => {
  it.each([
    ['connect EACCES /var/run/docker.sock', 'may not be used by this user', 'usermod -aG docker'],
    ['connect ENOENT /var/run/docker.sock', 'is not there', 'systemctl start docker'],
    ['connect ECONNREFUSED 10.0.0.1:2375', 'nothing listens', 'systemctl start docker'],
    ['this engine speaks API 1.12 to 1.24, Ring needs one that speaks 1.41', '1.41', 'install Docker 20.10'],
    ['no answer within 10000 ms', 'does not answer', "look at the engine's own log"],
  ])('knows why an engine is not reached: %s', (fault, says, wayOut) => {
    expect(checkEngine({ fault }, socket)).toEqual([
      {
        check: 'engine',
        state: 'fail',
        says: expect.stringContaining(says),
        way_out: expect.stringContaining(wayOut),
      },
    ]);
  });

  it('finds an engine of today well, and one whose clock is off not', () => {
    const states = (time: string) =>
      checkEngine(lookAt(time), socket).map(({ check, state }) => [check, state]);
    const well = [
      ['engine', 'ok'],
      ['limits', 'ok'],
      ['clock', 'ok'],
    ];
    expect(states('2026-05-01T12:00:00.5Z')).toEqual(well);
    expect(states('2026-05-01T11:59:58.5Z')).toEqual(well);
    expect(checkEngine(lookAt('2026-05-01T12:01:01Z'), socket).at(-1)).toMatchObject({
      state: 'warn',
      says: "the engine's is 60 s ahead of this one",
    });
    expect(checkEngine(lookAt('2026-05-01T11:59:00Z'), socket).at(-1)?.says).toBe(
      "the engine's is 60 s behind this one",
    );
  });

  it('names the limits that a host does not hold', () => {
    expect(checkLimits({ CgroupVersion: '1', CgroupDriver: 'cgroupfs', MemoryLimit: false })).toMatchObject({
      state: 'warn',
      says: 'cgroup v1 by cgroupfs: limits on memory do not hold',
      way_out: expect.stringContaining('cgroup_enable=memory'),
    });
  });

  it.each([
    ['ok', { free: 80, total: 100, freeNames: 0.5 }],
    ['ok', { free: 30, total: 1000, freeNames: 0.5 }],
    ['warn', { free: 15, total: 1000, freeNames: 0.5 }],
    ['warn', { free: 1.5, total: 3, freeNames: 0.5 }],
    ['warn', { free: 80, total: 100, freeNames: 0.01 }],
    ['fail', { free: 0.1, total: 100, freeNames: 0.5 }],
  ])('says %s of %j (GiB, and the share of names)', (state, { free, total, freeNames }) => {
    const room = { freeBytes: free * gib, totalBytes: total * gib, freeNames };
    expect(judgeRoom(place, room).state).toBe(state);
  });

  it.each([
    ['ok', judgeListening(here, null)],
    ['fail', judgeListening(here, 'EACCES')],
    ['fail', judgeListening(here, 'EADDRNOTAVAIL')],
    ['ok', judgeListener(here, { kind: 'ring', version: '1.0.0' }, '1.0.0')],
    ['ok', judgeListener(here, { kind: 'ring', version: null }, '1.0.0')],
    ['warn', judgeListener(here, { kind: 'ring', version: '0.9.0' }, '1.0.0')],
    ['fail', judgeListener(here, { kind: 'other' }, '1.0.0')],
  ])('says %s of a port', (state, finding) => {
    expect(finding.state).toBe(state);
  });

  it.each([
    ['20.19.0', 'ok'],
    ['24.1.0', 'ok'],
    ['20.18.9', 'fail'],
    ['18.20.0', 'fail'],
  ])('says of Node %s that it is %s', (node, state) => {
    expect(checkVersions('1.0.0', node).state).toBe(state);
  });

  it('shows each thing in a line, and below it what to do', () => {
    const findings = [warn('data', 'is open', 'chmod 700 /data')];
    expect(findingLines(findings, makePaint(false))).toEqual([
      'warn  data  is open',
      '            -> chmod 700 /data',
    ]);
    expect(verdict(findings)).toBe('1 warning.');
    expect(verdict([])).toBe('All is well.');
  });
});
