/** The syntax of image references, by the grammar of the distribution project's reference package. */

const host = String.raw`(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*|\[[0-9a-fA-F:]+\])`;
const part = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const tag = String.raw`:[\w][\w.-]{0,127}`;
const digest = '@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';

/** `[host[:port]/]path[:tag][@digest]`, or an image id (`sha256:<64 hex>`). */
export const imageReference = new RegExp(
  `^(?:sha256:[0-9a-f]{64}|(?:${host}(?::\\d{1,5})?/)?${part}(?:/${part})*(?:${tag})?(?:${digest})?)$`,
);

/** The message for a text that is not an image reference. */
export const imageReferenceMessage =
  'must be an image reference such as "nginx:1.27", "registry.example:5000/app@sha256:..." or an image id';
