// Ajv, in its strict mode and with formats, judges the corpus of `tests/schemas` as the schemas' own test did.

import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const [folder, corpus] = process.argv.slice(2);
const validators = new Map();
for (const file of fs.readdirSync(folder)) {
  if (!file.endsWith('.schema.json') || file.startsWith('bundle')) continue;
  const ajv = new Ajv2020({ strict: true });
  addFormats(ajv);
  const schema = JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'));
  validators.set(file.replace('.schema.json', ''), ajv.compile(schema));
}

const judged = new Map();
const differences = [];
for await (const line of readline.createInterface({ input: fs.createReadStream(corpus) })) {
  const { form, text, schema } = JSON.parse(line);
  judged.set(form, (judged.get(form) ?? 0) + 1);
  const valid = validators.get(form)(JSON.parse(text));
  if (valid !== schema) differences.push(`${form}: ${valid} instead of ${schema}: ${text.slice(0, 600)}`);
}
for (const difference of differences.slice(0, 40)) console.log(difference);
const missing = [...validators.keys()].filter((form) => !judged.has(form));
if (missing.length > 0) console.log(`no case of ${missing.join(', ')}`);
const all = [...judged.values()].reduce((sum, count) => sum + count, 0);
console.log(`Ajv: ${all} documents of ${judged.size} forms, ${differences.length} judged otherwise`);
process.exitCode = differences.length > 0 || missing.length > 0 || all === 0 ? 1 : 0;
