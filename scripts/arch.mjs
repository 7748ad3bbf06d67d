// Decides whether the imports keep to the architecture (.dependency-cruiser.mjs), and refuses to call an empty look a pass:
// a compiler that the cruiser cannot use makes it see no module at all.
import { cruise } from 'dependency-cruiser';
import rules from '../.dependency-cruiser.mjs';

const { output } = await cruise(['core', 'handlers', 'adapters', 'tests'], {
  ...rules.options,
  ruleSet: { forbidden: rules.forbidden },
  validate: true,
});
const { totalCruised, violations } = output.summary;
const sources = output.modules.filter(({ source }) =>
  /^(core|handlers|adapters)\/.+\.ts$/.test(source),
).length;

for (const { from, to, rule, cycle } of violations) {
  const way = cycle ? [from, ...cycle.map((step) => step.name ?? step)].join(' -> ') : `${from} -> ${to}`;
  console.error(`${rule.name}: ${way}`);
}
if (sources === 0) console.error('dependency-cruiser saw no source file: is its TypeScript supported?');
console.log(`${sources} source files, ${totalCruised} modules looked at, ${violations.length} violations`);
process.exitCode = violations.length > 0 || sources === 0 ? 1 : 0;
