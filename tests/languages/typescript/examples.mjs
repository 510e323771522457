// Looks at the types that the README's command made of the bundle, and writes a program that holds every example by them.

import fs from 'node:fs';

const [bundleFile, typesFile, out] = process.argv.slice(2);
const bundle = JSON.parse(fs.readFileSync(bundleFile, 'utf8'));
const types = fs.readFileSync(typesFile, 'utf8');

const complaints = [];
const names = [...types.matchAll(/^export (?:type|interface) (\w+)/gm)].map(([, name]) => name);
const expected = ['Wire', ...Object.keys(bundle.$defs)];
for (const name of expected) if (!names.includes(name)) complaints.push(`no type ${name}`);
for (const name of names) if (!expected.includes(name)) complaints.push(`a type that nobody named: ${name}`);
if (new Set(names).size !== names.length) complaints.push('a name stands twice');
const code = types.replace(/\/\*\*[\s\S]*?\*\//g, '').replace(/"[^"]*"/g, '');
if (/\b(any|unknown|object)\b/.test(code)) complaints.push('a type is any, unknown or object');

// Each example is typed twice: as the form, and as what the bundle holds under the form's name.
const forms = Object.entries(bundle.properties).map(([form, { $ref }]) => [form, $ref.replace('#/$defs/', '')]);
const lines = [`import type { Wire, ${forms.map(([, type]) => type).join(', ')} } from './wire.ts';`, ''];
for (const [form, type] of forms) {
  lines.push(`const ${type}Examples: ${type}[] = ${JSON.stringify(bundle.$defs[type].examples, null, 2)};`);
  lines.push(`const ${type}Wire: Wire[] = ${type}Examples.map((one) => ({ ${JSON.stringify(form)}: one }));`);
}
lines.push(`export const examples = { ${forms.map(([, type]) => `${type}: ${type}Examples`).join(', ')} };`);
lines.push(`export const wires = [${forms.map(([, type]) => `...${type}Wire`).join(', ')}];`);
fs.writeFileSync(out, `${lines.join('\n')}\n`);

for (const complaint of complaints) console.log(complaint);
console.log(`json-schema-to-typescript: ${names.length} types`);
process.exitCode = complaints.length > 0 ? 1 : 0;
