import type { Answer } from '../../api/api.ts'
import { useConsole, useWords } from '../../context.ts'
import { moment } from '../../format.ts'
import { words } from './words.ts'

type Rule = Answer<'GET /v1/permissions/of'>['permissions'][number]['rule']

/** The rule that gave or denied a permission, in words. */
export function RuleText({ rule }: { rule: Rule }) {
  const { language } = useConsole()
  const say = useWords(words)
  switch (rule.kind) {
    case 'user_type':
      return <a href="#/user-types">{say.ofType(rule.user_type)}</a>
    case 'service':
      return say.ofService
    default:
      return (
        <>
          {rule.kind === 'grant' ? say.granted(rule.reason) : say.denied(rule.reason)}
          {rule.until !== null && <span class="faint"> {say.until(moment(language, rule.until))}</span>}
        </>
      )
  }
}
