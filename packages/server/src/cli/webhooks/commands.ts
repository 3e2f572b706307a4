import type { Command } from 'commander'
import { collect, example, run } from '../command.ts'

/** The commands of `latchkey webhooks`. */
export function addWebhooks(program: Command): void {
  const webhooks = program.command('webhooks').description('send events and alarms to programs')
  webhooks
    .command('add <name> <url>')
    .description('register an address; its secret is printed this once')
    .requiredOption(
      '--event <event>',
      'alarm.notice, an event such as user.sign_in, user.*, or *; may be repeated',
      collect,
    )
    .addHelpText(
      'after',
      example('latchkey webhooks add pager https://pager.example/hook --event alarm.notice'),
    )
    .action(run(() => import('./add.ts')))
  webhooks
    .command('list')
    .description('list the webhooks, and how many deliveries wait and are dead')
    .addHelpText('after', example('latchkey webhooks list'))
    .action(run(() => import('./list.ts')))
  webhooks
    .command('change <webhook>')
    .description('change a webhook; what is not given stays')
    .option('--name <name>', 'another name')
    .option('--url <url>', 'another address')
    .option('--event <event>', 'what is sent from now on; may be repeated', collect)
    .option('--on', 'switch it on; what waits is sent')
    .option('--off', 'switch it off')
    .addHelpText('after', example('latchkey webhooks change pager --on'))
    .action(run(() => import('./change.ts')))
  webhooks
    .command('rotate-secret <webhook>')
    .description('make a new secret, printed this once; the one before signs beside it for a while')
    .option('--overlap <time>', 'how long: 0s to 7d', '1d')
    .addHelpText('after', example('latchkey webhooks rotate-secret pager --overlap 2h'))
    .action(run(() => import('./rotate-secret.ts')))
  webhooks
    .command('remove <webhook>')
    .description('remove a webhook; what waits for it is not sent')
    .addHelpText('after', example('latchkey webhooks remove pager'))
    .action(run(() => import('./remove.ts')))
  webhooks
    .command('deliveries <webhook>')
    .description('list what was sent, waits, or is dead, newest first')
    .option('--state <state>', 'waiting, delivered or dead')
    .option('--limit <count>', 'how many', '50')
    .addHelpText('after', example('latchkey webhooks deliveries pager --state dead'))
    .action(run(() => import('./deliveries.ts')))
  webhooks
    .command('replay <webhook> [delivery]')
    .description('send a delivery again, or all that are dead since a time; a running server sends them')
    .option('--since <time>', 'all that are dead and came about since then, in RFC 3339')
    .addHelpText('after', example('latchkey webhooks replay pager --since 2026-11-28T00:00:00Z'))
    .action(run(() => import('./replay.ts')))
  webhooks
    .command('test <webhook>')
    .description('send a message of the type webhook.test now, and say what came of it')
    .addHelpText('after', example('latchkey webhooks test pager'))
    .action(run(() => import('./test.ts')))
}
