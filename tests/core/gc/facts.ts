/** What the tests of garbage collection begin with: an image that Ring pulled, on an engine, that nothing needs. */
import type { EngineImage } from '../../../core/gc/engine.ts';
import type { GcFacts } from '../../../core/gc/plan.ts';
import type { PulledImage } from '../../../core/gc/store.ts';

/** Now, in these tests. */
export const now = Date.parse('2024-01-15T10:30:00.000Z');

/** An RFC 3339 time so many hours from now. */
export const inHours = (hours: number): string => new Date(now + hours * 3_600_000).toISOString();

/** An image as Ring noted it. */
export const aPulled = (changes: Partial<PulledImage> = {}): PulledImage => ({
  imageId: 'sha256:1',
  names: ['r/app:1', 'r/app@sha256:a'],
  pulledAt: inHours(-100),
  unusedSince: inHours(-30),
  ...changes,
});

/** The same image as the engine has it. */
export const anImage = (changes: Partial<EngineImage> = {}): EngineImage => ({
  imageId: 'sha256:1',
  names: ['r/app:1', 'r/app@sha256:a'],
  sizeBytes: 5_000_000,
  inUse: false,
  ...changes,
});

/** Facts in which just that image lies about. */
export const someFacts = (changes: Partial<GcFacts> = {}): GcFacts => ({
  now,
  pulled: [aPulled()],
  needed: [],
  namespaces: new Set(),
  engine: { images: [anImage()], idleNetworks: [] },
  old: { events: 0, health_checks: 0, revocations: 0, tombstones: 0, request_keys: 0 },
  spareBytes: 0,
  ...changes,
});
