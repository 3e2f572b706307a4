import type { Command } from 'commander'
import { example, run } from '../command.ts'

/** The commands of `latchkey mail`. */
export function addMail(program: Command): void {
  const mail = program.command('mail').description('try the mail server, and see what waits to be sent')
  mail
    .command('test <address>')
    .description('send a letter now, and say which step failed if one did')
    .addHelpText('after', example('latchkey mail test me@example.com'))
    .action(run(() => import('./test.ts')))
  mail
    .command('outbox')
    .description('list the letters that wait; in development mode without a mail server with what they say')
    .addHelpText('after', example('latchkey mail outbox'))
    .action(run(() => import('./outbox.ts')))
}
