import { countRequirements, requirements } from '../../packages/server/src/asvs/requirements.ts'

const words = {
  met: 'met',
  operator: 'for the operator',
  not_applicable: 'does not apply',
  not_yet: '**not yet**',
}

/** docs/asvs.md, from what `latchkey asvs` says. `npm run docs` writes it; a test says when it is no longer true. */
export function asvsPage(): string {
  const counts = countRequirements().map(
    ({ chapter, level, all, position }) =>
      `| ${chapter} | ${level} | ${all} | ${position.met} | ${position.operator} | ${position.not_applicable} | ${position.not_yet} |`,
  )
  const rows = requirements.map(({ id, level, position, reason, proofs }) => {
    const tests = proofs.map(({ file, title }) => `\`${file}\`: ${title.replaceAll('|', '\\|')}`).join('<br>')
    return `| ${id} | ${level} | ${words[position]} | ${reason} | ${tests} |`
  })
  return `# OWASP ASVS 5.0.0: chapters V6 to V10

<!-- Written by \`npm run docs\` from packages/server/src/asvs. -->

Where the server stands with each requirement of the [Application Security Verification Standard](https://github.com/OWASP/ASVS/tree/v5.0.0/5.0)
about authentication, sessions, authorization, tokens and OAuth. \`latchkey asvs\` prints the same, and \`latchkey asvs --json\` for programs. Each test
that is named fails where the requirement is not met, and a test fails where one that is named is not there.

'For the operator': the server can do it, and whether it is done depends on how it is run; the reason says what to do.

| chapter | level | all | met | for the operator | does not apply | not yet |
| --- | --- | --- | --- | --- | --- | --- |
${counts.join('\n')}

| requirement | level | state | how | tests |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`
}

if (import.meta.main) {
  const { writeFileSync } = await import('node:fs')
  writeFileSync('docs/asvs.md', asvsPage())
}
