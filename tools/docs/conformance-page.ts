import { extensions } from '../conformance/extensions.ts'
import { grants } from '../conformance/grants.ts'
import { oauth } from '../conformance/oauth.ts'
import { openid } from '../conformance/openid.ts'
import { practice } from '../conformance/practice.ts'
import type { Requirement, Standard } from '../conformance/requirement.ts'
import { sessions } from '../conformance/sessions.ts'
import { fapiPlan } from '../conformance/suite-fapi.ts'
import { logoutPlans } from '../conformance/suite-logout.ts'
import { openidPlans } from '../conformance/suite-openid.ts'
import { signalsPlan } from '../conformance/suite-signals.ts'
import { tokenStandards } from '../conformance/tokens.ts'

export const standards: readonly Standard[] = [
  ...oauth,
  ...practice,
  ...grants,
  ...extensions,
  ...tokenStandards,
  ...openid,
  ...sessions,
]
export const plans: readonly Standard[] = [...openidPlans, ...logoutPlans, fapiPlan, signalsPlan]

const words = {
  met: 'met',
  operator: 'for the operator',
  not_applicable: 'does not apply',
  not_met: '**not met**',
}

/** docs/conformance.md. `npm run docs` writes it; a test says when it is no longer true. */
export function conformancePage(): string {
  return `# Standards and conformance

<!-- Written by \`npm run docs\` from tools/conformance. -->

What the standards of the [authorization server](oauth.md) require of a server, and of the [guards](guards.md) where they require it of a resource server, each with the tests that fail
where it is not so; then the modules of the OpenID Foundation's conformance suite. The words are ours. What a standard requires of clients alone is left out. A test fails where a test that is named here
is not there, or a requirement that is met has none.

**The suite itself has not been run**: it needs a machine with its Java packages. The second part says which test of ours looks at what a module looks at. Nothing here is a
certification. The programs of others that do judge this server are named in [oauth.md](oauth.md#who-judges-it).

'For the operator': the server can do it, and the reason says what to do.

## How much

${countsOf([...standards, ...plans])}

## Standards

${standards.map((one) => section(one, 'section')).join('\n')}
## Modules of the OpenID conformance suite

Ids as in the plans of release 5.2.4 (\`openid-certification/conformance-suite\`, August 2026). A plan is run with the client authentication that is named.

${plans.map((one) => section(one, 'module')).join('\n')}`
}

function section({ name, title, requirements }: Standard, head: string): string {
  const rows = requirements.map((one) => {
    const id = head === 'module' ? `\`${one.id}\`` : one.id
    return `| ${id} | ${one.says} | ${words[one.position]} | ${howOf(one)} |`
  })
  return `### ${name}: ${title}

| ${head} | requires | state | how, and tests |
| --- | --- | --- | --- |
${rows.join('\n')}
`
}

function howOf({ reason, proofs }: Requirement): string {
  const tests = proofs.map(({ file, title, row }) => {
    const named = row === undefined ? title : `${title} (${row})`
    return `\`${file}\`: ${named.replaceAll('|', '\\|').replaceAll('<', '&lt;')}`
  })
  return [...(reason === undefined ? [] : [reason]), ...tests].join('<br>')
}

function countsOf(all: readonly Standard[]): string {
  const rows = all.map(({ name, requirements }) => {
    const of = (position: Requirement['position']) =>
      requirements.filter((one) => one.position === position).length
    return `| ${name} | ${requirements.length} | ${of('met')} | ${of('operator')} | ${of('not_applicable')} | ${of('not_met')} |`
  })
  return `| | all | met | for the operator | does not apply | not met |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}`
}

if (import.meta.main) {
  const { writeFileSync } = await import('node:fs')
  writeFileSync('docs/conformance.md', conformancePage())
}
