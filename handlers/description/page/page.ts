/**
 * The page that shows the API: one document that loads nothing except ./openapi.json from its own server. program.ts is
 * its script; the policy sent with it allows nothing else.
 */
import { program } from './program.ts';
import { style } from './style.ts';

const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>Ring API</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>Ring API</h1>
<a href="openapi.json">openapi.json</a>
<form>
<input name="username" autocomplete="username" placeholder="username" aria-label="Username">
<input name="password" type="password" autocomplete="current-password" placeholder="password" aria-label="Password">
<span class="dim">or</span>
<input name="token" autocomplete="off" placeholder="token" aria-label="Token">
<button>Log in</button>
<output role="status"></output>
</form>
</header>
<main><nav aria-label="Operations"></nav><section><p>Reading openapi.json</p><noscript>This page needs scripts.</noscript></section></main>
<script>${program}</script>
</body>
</html>
`;

/** Returns the page and its headers, which restrict it to its own script and style (by hash) and its own server. */
export const makePage = async (): Promise<{
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}> => ({
  html,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': [
      "default-src 'none'",
      `script-src ${await hashOf(program)}`,
      `style-src ${await hashOf(style)}`,
      "connect-src 'self'",
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
  },
});

const hashOf = async (text: string): Promise<string> => {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return `'sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}'`;
};
