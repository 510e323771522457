// A service check as a TypeScript team would write it over the generated types: it compiles only when unions are told apart
// by their tags, and each mistake below only when the types refuse it.

import fs from 'node:fs';
import { examples, wires } from './examples.ts';
import { read } from './readme.ts';
import type { Action, Answer, Decision, Event, Policy, Reason, Request } from './wire.ts';

function never(value: never): never {
  throw new Error(`not of the wire: ${JSON.stringify(value)}`);
}

function about(event: Event): string {
  switch (event.type) {
    case 'policy_accepted':
      return `${event.policy_version} (${event.manner})`;
    case 'consent_granted':
      return `${event.scope.purpose} until ${event.expires_at ?? 'ever'}`;
    case 'consent_denied':
    case 'consent_withdrawn':
      return event.scope.processor ?? event.scope.purpose;
    case 'age_declared':
      return event.minor_until ?? 'of age';
    case 'home_declared':
      return event.country;
    case 'linked':
      return event.visitor;
    case 'erased':
      return event.subject;
    default:
      return never(event);
  }
}

function recipient(action: Action): string | undefined {
  switch (action.type) {
    case 'share':
      return action.processor;
    case 'collect':
      return action.source;
    case 'disclose':
      return action.reference;
    case 'store':
      return action.encrypted === true ? action.country : undefined;
    case 'use':
    case 'sell':
      return undefined;
    default:
      return never(action);
  }
}

function reasons(decision: Decision): Reason[] {
  return decision.effect === 'permit' ? decision.reasons : decision.reasons;
}

function line(answer: Answer): string {
  return 'decision' in answer ? reasons(answer.decision).join() : `${answer.error}: ${answer.message}`;
}

const request: Request = {
  subject: '7d1f6a52-93a8-4a0c-9f0e-0d8e1c1f6b11',
  category: 'analytics',
  purpose: 'engagement_analysis',
  action: { type: 'share', processor: 'posthog' },
  at: '2026-01-05T09:00:00Z',
};
// @ts-expect-error an unknown purpose
const misspelt: Request = { ...request, purpose: 'engagement' };
// @ts-expect-error a field of another action
const stray: Action = { type: 'use', processor: 'posthog' };
// @ts-expect-error a grant without the version that was shown
const lacking: Event = { id: 'x', subject: 'y', at: 'z', type: 'consent_granted', scope: { purpose: 'billing' } };
// @ts-expect-error a permit with a reason
const permitted: Decision = { effect: 'permit', policy_version: '1.0.0', reasons: ['sale_prohibited'] };
// @ts-expect-error a safeguard that is left out, where only null stands for none
const unguarded: Policy['storage'] = { encrypted: [] };

const said = [...examples.Event.map(about), ...examples.Answer.map(line), recipient(request.action)];
if (said.some((text) => text === '')) throw new Error('nothing is said of an example');
void [misspelt, stray, lacking, permitted, unguarded, wires];

// By the program that stands in the README.
for (const event of examples.Event) {
  if (about(read(JSON.stringify(event))) !== about(event)) throw new Error('an event is read otherwise');
  let taken = true;
  try {
    read(JSON.stringify({ ...event, at: '2026-02-30T09:00:00Z' }));
  } catch {
    taken = false;
  }
  if (taken) throw new Error('30 February was taken');
}

// What was typed is what stands in the schemas.
const bundle = JSON.parse(fs.readFileSync(process.argv[2] ?? '', 'utf8'));
let compared = 0;
for (const [type, typed] of Object.entries(examples)) {
  const original = bundle.$defs[type].examples;
  if (JSON.stringify(typed) !== JSON.stringify(original)) throw new Error(`${type} comes back otherwise`);
  compared += typed.length;
}
console.log(`TypeScript: ${compared} examples come back as they were`);
