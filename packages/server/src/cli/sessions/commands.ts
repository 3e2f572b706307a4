import type { Command } from 'commander'
import { example, run } from '../command.ts'

/** The commands of `latchkey sessions`. */
export function addSessions(program: Command): void {
  const sessions = program.command('sessions').description('see and end the sessions of users')
  sessions
    .command('list <username>')
    .description('list the live sessions of a user, newest first')
    .addHelpText('after', example('latchkey sessions list ada'))
    .action(run(() => import('./list.ts')))
  sessions
    .command('end-all <username>')
    .description('end every session of a user: their tokens are refused everywhere within a second')
    .addHelpText('after', example('latchkey sessions end-all ada'))
    .action(run(() => import('./end-all.ts')))
  sessions
    .command('end <session>')
    .description('end a session: its tokens are refused everywhere within a second')
    .addHelpText('after', example('latchkey sessions end ses_06f8p3x2v9r4k7m1n5q8s0t2w4'))
    .action(run(() => import('./end.ts')))
}
