import { deviceActions } from '../../access/decide.ts'
import { checkedView } from '../../access/routes.ts'
import { isPermission, permissionsNamed } from '../../permissions.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { userNamed } from '../users/named.ts'
import { WrongUse } from '../wrong-use.ts'

export async function run({ args: [username = '', asked = '', device], json }: Given): Promise<void> {
  const action = deviceActions.find((one) => one === asked)
  if (action !== undefined && device === undefined) throw new WrongUse(`say which device to ${action}`)
  if (action === undefined && device !== undefined && !isPermission(asked)) {
    throw new WrongUse(`there are the actions ${deviceActions.join(', ')}`)
  }
  const [permission] = action === undefined ? permissionsNamed([asked]) : []
  await withApp(async (app) => {
    const { id: subject } = await userNamed(app, username)
    const answer = checkedView.show(await app.access.check({ subject, permission, action, device }))
    const { allowed, reason, rule, relation } = answer
    const why = [
      ...(allowed ? [] : [reason]),
      ...(relation === null ? [] : [relation]),
      ...(rule === null ? [] : [ruleText(rule)]),
    ]
    createOutput(json).result(`${allowed ? 'yes' : 'no'}: ${why.join(', ')}`, answer)
  })
}

function ruleText(rule: NonNullable<ReturnType<typeof checkedView.show>['rule']>): string {
  switch (rule.kind) {
    case 'user_type':
      return `type ${rule.user_type}`
    case 'service':
      return 'as the service was created'
    default:
      return `${rule.kind} ${rule.id} (${rule.reason})`
  }
}
