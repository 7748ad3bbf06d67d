// Decides how the scripts speak: one line a step, rewritten in place on a terminal, plain in a log.
// What the steps are is for the scripts themselves.
const terminal = process.stdout.isTTY === true;
const colours = terminal && !process.env.NO_COLOR;
const paint = (code, text) => (colours ? `\x1b[${code}m${text}\x1b[0m` : text);

export const bold = (text) => paint(1, text);
export const dim = (text) => paint(2, text);
export const green = (text) => paint(32, text);
export const red = (text) => paint(31, text);

/** An error whose message is all that a person needs: it is printed without a stack. */
export class Plain extends Error {}

/**
 * Runs one step and says how it went: `work` gets `note(text)` for what is under way and returns what to say at
 * the end ([text, value]), or throws. Returns the value.
 */
export async function step(name, work) {
  const started = performance.now();
  const title = name.padEnd(14);
  const note = (text) => {
    if (terminal) process.stdout.write(`\r\x1b[2K  ${dim('·')} ${title}${dim(text)}`);
    else console.log(`  . ${title}${text}`);
  };
  const end = (mark, text) => {
    const seconds = (performance.now() - started) / 1000;
    const took = seconds < 1 ? '' : dim(` (${seconds.toFixed(seconds < 10 ? 1 : 0)} s)`);
    console.log(`${terminal ? '\r\x1b[2K' : ''}  ${mark} ${title}${text}${took}`);
  };
  try {
    const [text, value] = await work(note);
    end(green('✓'), text);
    return value;
  } catch (error) {
    end(red('✗'), red('failed'));
    throw error;
  }
}

/** Runs a script's main function; a failure becomes a clear line and exit code 1. */
export async function run(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    console.error(`\n${red('Failed:')} ${error instanceof Plain ? error.message : error.stack}`);
    process.exitCode = 1;
  }
}
