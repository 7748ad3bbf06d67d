/**
 * The style of the page that shows the API: light or dark like the reader's system, and a single column on narrow
 * screens.
 */

/** The page's style sheet. */
export const style = `
:root { color-scheme: light dark; --line: light-dark(#d8dde3, #3a4149); --soft: light-dark(#f4f6f8, #1d2227);
  --dim: light-dark(#56616c, #9aa5b1); --strong: light-dark(#0b5fa5, #7dbdf0); --back: light-dark(#fff, #14181c); }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; background: var(--back); }
header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; padding: .7rem 1.2rem;
  border-bottom: 1px solid var(--line); position: sticky; top: 0; background: var(--back); z-index: 1; }
h1 { font-size: 1.15rem; margin: 0; }
h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; text-transform: capitalize; }
h3 { font-size: .9rem; margin: 1rem 0 .3rem; }
header input { width: 9rem; }
header form { display: flex; flex-wrap: wrap; gap: .4rem; margin-left: auto; align-items: center; }
main { display: grid; grid-template-columns: 15rem minmax(0, 60rem); gap: 1.5rem; padding: 0 1.2rem 4rem; }
nav { position: sticky; top: 4rem; align-self: start; max-height: calc(100vh - 5rem); overflow: auto; padding-top: 1rem; }
nav a { display: block; color: inherit; text-decoration: none; padding: .1rem 0; font-size: .87rem; }
nav a:hover { color: var(--strong); }
nav strong { display: block; margin-top: .8rem; font-size: .8rem; color: var(--dim); text-transform: uppercase; }
input, textarea, select, button { font: inherit; padding: .25rem .5rem; border: 1px solid var(--line); border-radius: 5px;
  background: var(--back); color: inherit; max-width: 100%; }
input:focus-visible, textarea:focus-visible, button:focus-visible, summary:focus-visible { outline: 2px solid var(--strong); }
button { cursor: pointer; background: var(--soft); }
textarea { width: 100%; min-height: 8rem; font: 13px/1.45 ui-monospace, monospace; }
details.operation { border: 1px solid var(--line); border-radius: 7px; margin: .45rem 0; scroll-margin-top: 6rem; }
details.operation > summary { display: flex; flex-wrap: wrap; gap: .3rem .7rem; align-items: center; padding: .45rem .7rem;
  cursor: pointer; }
details.operation > div { padding: .2rem .9rem 1rem; border-top: 1px solid var(--line); }
.method { font: 700 12px/1.9 ui-monospace, monospace; width: 4rem; text-align: center; border-radius: 4px; color: #fff; }
.get { background: #1c6fb8; } .post { background: #26803f; } .put { background: #96640b; }
.patch { background: #7a4fb3; } .delete { background: #b3372f; }
.path { font: 600 14px/1.75 ui-monospace, monospace; overflow-wrap: anywhere; }
.dim { color: var(--dim); }
.scope { margin-left: auto; font-size: .8rem; color: var(--dim); }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .8rem; overflow: auto;
  max-height: 30rem; font: 13px/1.45 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; margin: .3rem 0; }
.field { display: grid; grid-template-columns: 11rem minmax(0, 1fr); gap: .1rem .8rem; margin: .25rem 0; }
.field small { grid-column: 2; color: var(--dim); }
.field label { font: 13px/2 ui-monospace, monospace; overflow-wrap: anywhere; }
.actions { display: flex; gap: .5rem; margin: .7rem 0; }
[role=alert] { color: light-dark(#a1221b, #ff9b94); }
@media (max-width: 55rem) {
  header, nav { position: static; }
  header { padding: .7rem .8rem; }
  main { display: block; padding: 0 .8rem 3rem; }
  nav { max-height: none; }
  nav .tag { display: none; }
  nav input, .field input, .field select { width: 100%; }
  .field { grid-template-columns: minmax(0, 1fr); margin: .5rem 0; }
  .field small { grid-column: 1; }
  details.operation { scroll-margin-top: .5rem; }
}
`;
