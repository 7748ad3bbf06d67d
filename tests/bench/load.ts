/**
 * The load generator, run as a process of its own: keeps 64 connections busy for some seconds with one request and
 * prints what came back as a line of JSON. `load <url> <seconds> [authorization]`
 */
import autocannon from 'autocannon';

const [url = '', seconds = '5', authorization] = process.argv.slice(2);
const result = await autocannon({
  url,
  connections: 64,
  duration: Number(seconds),
  headers: authorization === undefined ? {} : { authorization },
});
const { requests, non2xx, errors, duration } = result;
process.stdout.write(
  `${JSON.stringify({ answered: requests.total, perSecond: requests.total / duration, failed: non2xx + errors })}\n`,
);
