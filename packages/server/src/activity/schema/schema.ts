import { type EventName, outcomes } from '../events.ts'
import { exampleOf } from './examples.ts'
import { type MemberName, members, sharedMembers } from './members.ts'
import { vocabulary } from './vocabulary.ts'

/** Where this version of the schema is served, for good: another one gets another path. */
export const schemaPath = '/schemas/activity/v1.json'

const text = (description: string) => ({ type: ['string', 'null'], description })

/**
 * The JSON Schema of an event as a search and the sinks give it. Within version 1, events and members of details are added; none
 * is removed, and none gets another meaning.
 */
export function activitySchema(): Record<string, unknown> {
  const names = Object.keys(vocabulary) as EventName[] // the keys of a table of event names
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:latchkey:schema:activity:v1',
    title: 'An event of the activity log of Latchkey',
    type: 'object',
    properties: {
      id: { type: 'string', pattern: '^evt_[0-9a-z]{26}$', description: 'the id of the event' },
      seq: {
        ...{ type: ['integer', 'null'], minimum: 0 },
        description: 'its place in the log, in the order of commits and without gaps; a sink always has it',
      },
      at: { type: 'string', format: 'date-time', description: 'when it was written, in UTC' },
      event: {
        ...{ type: 'string', pattern: '^[a-z_]+\\.[a-z_]+$' },
        description: 'what happened; a later version of the server may have names that are not here',
        examples: names,
      },
      outcome: { enum: outcomes, description: 'how it ended' },
      reason: text('a code: why it was refused or failed, or how it ended'),
      subject: text('whose doing it was: the id of a user or a service, or the uid of a device'),
      subject_kind: text('user, device, service, api_key or application'),
      target: text('what it was done to'),
      target_kind: text('what kind of thing that is'),
      address: text('the address of the client'),
      region: text(
        'the country of the address (ISO 3166-1 alpha-2), local, carrier, or a name that the operator gave',
      ),
      region_date: text('of the data that gave the region: the day on which it was built'),
      client_id: text('the client of the request'),
      session_id: text('the session'),
      request_id: text('the request; the answer to it had the same X-Request-ID'),
      details: {
        type: 'object',
        description: 'further facts; never a secret',
        additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
        properties: Object.fromEntries(
          Object.entries(members).map(([name, { about }]) => [name, member(about)]),
        ),
      },
    },
    required: [
      ...[
        'id',
        'seq',
        'at',
        'event',
        'outcome',
        'reason',
        'subject',
        'subject_kind',
        'target',
        'target_kind',
      ],
      ...['address', 'region', 'region_date', 'client_id', 'session_id', 'request_id', 'details'],
    ],
    additionalProperties: false,
    $defs: Object.fromEntries(
      names.map((name) => [
        name,
        {
          description: vocabulary[name].about,
          properties: { event: { const: name } },
          examples: [exampleOf(name)],
          'x-details': membersOf(name),
        },
      ]),
    ),
  }
}

const member = (description: string) => ({ type: ['string', 'number', 'boolean', 'null'], description })

/** Every member that the details of an event may have. */
export function membersOf(event: EventName): readonly MemberName[] {
  return [...new Set<MemberName>([...vocabulary[event].details, ...sharedMembers])]
}
