import { permissionsAt } from '../../accounts/permissions/permissions.ts'
import { permissionsView } from '../../accounts/permissions/views.ts'
import type { Given } from '../given.ts'
import { momentOption } from '../moment.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'
import { userNamed } from './named.ts'

export async function run({ args: [username = ''], options, json }: Given): Promise<void> {
  const at = momentOption(options, 'at', '--at')
  await withApp(async (app) => {
    const { id } = await userNamed(app, username)
    const shown = permissionsView.show(await permissionsAt(app, id, at))
    const output = createOutput(json)
    if (!shown.known)
      output.note(`the log begins at ${shown.log_begins_at ?? 'no event'}, later than this moment`)
    const rows = shown.items.map(({ permission, allowed, rules }) => [
      permission,
      allowed ? 'yes' : 'no',
      rules.map(ruleText).join(', '),
    ])
    output.result(table(['PERMISSION', 'MAY', 'RULES'], rows), shown)
  })
}

type Rule = ReturnType<typeof permissionsView.show>['items'][number]['rules'][number]

function ruleText(rule: Rule): string {
  if (rule.kind === 'user_type') return `type ${rule.user_type}`
  const { kind, id, until, reason } = rule
  return `${kind} ${id} ${until === null ? 'for good' : `until ${until}`} (${reason})`
}
