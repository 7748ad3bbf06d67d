/**
 * What is stored between ticks about the progress of a job's schedule. What follows from it is decided in schedule.ts.
 */

/** The memory of a schedule. Times are RFC 3339. */
export interface ScheduleMemory {
  /** The cron expression, the time zone and whether it was suspended: when they change, the schedule starts over. */
  readonly terms: string;
  /** The instant up to which everything that was due has been handled. */
  readonly through: string;
  /** The next due instant after that; null: never, or suspended. */
  readonly nextAt: string | null;
  /** The last instant for which a run was begun. */
  readonly lastAt: string | null;
}
