/** How far a job's schedule has come, as it is kept between looks. What follows from it is decided in schedule.ts. */

/** What is remembered of a schedule. Times are RFC 3339. */
export interface ScheduleMemory {
  /** The cron, the zone and whether it was suspended: others start afresh. */
  readonly terms: string;
  /** What was due up to here is dealt with. */
  readonly through: string;
  /** When it is due next after that; null: never, or suspended. */
  readonly nextAt: string | null;
  /** The last instant that a run was begun for. */
  readonly lastAt: string | null;
}
