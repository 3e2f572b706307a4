import type { EventName } from '../../packages/server/src/activity/events.ts'
import { ecs, ecsVersion } from '../../packages/server/src/activity/schema/ecs.ts'
import { exampleOf } from '../../packages/server/src/activity/schema/examples.ts'
import { members, sharedMembers } from '../../packages/server/src/activity/schema/members.ts'
import { ocsf, ocsfClasses, ocsfVersion } from '../../packages/server/src/activity/schema/ocsf.ts'
import { reasons } from '../../packages/server/src/activity/schema/reasons.ts'
import { activitySchema, schemaPath } from '../../packages/server/src/activity/schema/schema.ts'
import { vocabulary } from '../../packages/server/src/activity/schema/vocabulary.ts'

const names = Object.keys(vocabulary) as EventName[] // the keys of a table of event names
const code = (texts: readonly string[]) => texts.map((text) => `\`${text}\``).join(', ')

/** docs/events.md, from the tables of the schema. `npm run docs` writes it; a test says when it is no longer true. */
export function eventsPage(): string {
  const { properties } = activitySchema() as {
    readonly properties: Readonly<Record<string, { readonly description: string }>>
  }
  const fields = Object.entries(properties).map(
    ([name, { description }]) => `| \`${name}\` | ${description} |`,
  )
  const rows = names.map((name) => {
    const { about, details } = vocabulary[name]
    return `| \`${name}\` | ${about} | ${owaspText(name)} | ${ecsText(name)} | ${ocsfText(name)} | ${code(details)} |`
  })
  const known = Object.entries(members).map(
    ([name, { about, example }]) => `| \`${name}\` | ${about} | \`${JSON.stringify(example)}\` |`,
  )
  const why = Object.entries(reasons)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([reason, about]) => `| \`${reason}\` | ${about} |`)
  return `# Events of the activity log

<!-- Written by \`npm run docs\` from packages/server/src/activity/schema. -->

This is what a search, an export, the live tail and the [sinks](sinks.md) give of an event. The same for programs is a JSON Schema
(2020-12) at \`GET ${schemaPath}\`. Within a version events and members of details are added, and nothing is removed or gets
another meaning: a program must bear names that it does not know.

| member | what it is |
| --- | --- |
${fields.join('\n')}

## Every event, and its names elsewhere

OWASP is the name in the [OWASP Logging Vocabulary](https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html); where it depends on
the outcome, it says which. ECS is \`event.category\` and \`event.type\` of the [Elastic Common Schema](https://www.elastic.co/docs/reference/ecs) ${ecsVersion}. OCSF is the class
and the activity of the [Open Cybersecurity Schema Framework](https://schema.ocsf.io) ${ocsfVersion}; 99 is 'other', with our name as \`activity_name\`. Each of
them has our whole event as well: ECS as \`latchkey\`, OCSF as \`unmapped\`. Every event may have ${code(sharedMembers)} among its details.

| event | what it is | OWASP | ECS | OCSF | details |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

## Every reason

Of a refusal that names no closer reason it is the code of the answer. Which permission or scope was missing stands in \`permission\` of
the details. A later version may have reasons that are not here.

| reason | what it means |
| --- | --- |
${why.join('\n')}

## Members of details

| member | what it is | example |
| --- | --- | --- |
${known.join('\n')}

## An example of each event

\`\`\`json
${names.map((name) => JSON.stringify(exampleOf(name))).join('\n')}
\`\`\`
`
}

function owaspText(name: EventName): string {
  const { owasp } = vocabulary[name]
  if (owasp === null) return ''
  if (typeof owasp === 'string') return `\`${owasp}\``
  return Object.entries(owasp)
    .map(([outcome, text]) => `${outcome}: \`${text}\``)
    .join('<br>')
}

function ecsText(name: EventName): string {
  const { category, type } = ecs[name]
  return `${category.join(', ')}: ${type.join(', ')}`
}

function ocsfText(name: EventName): string {
  const [className, activity] = ocsf[name]
  const { uid, activities } = ocsfClasses[className]
  return `${uid} ${(activities as Readonly<Record<string, number>>)[activity]} ${activity}`
}

if (import.meta.main) {
  const { writeFileSync } = await import('node:fs')
  writeFileSync('docs/events.md', eventsPage())
}
