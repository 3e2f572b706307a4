import type { Command } from 'commander'
import { example, run } from '../command.ts'

/** The commands of `latchkey addresses`. */
export function addAddresses(program: Command): void {
  const addresses = program.command('addresses').description('manage the addresses of mail of users')
  addresses
    .command('list <username>')
    .description('list the addresses of a user, the primary one first')
    .addHelpText('after', example('latchkey addresses list ada'))
    .action(run(() => import('./list.ts')))
  addresses
    .command('add <username> <address>')
    .description('add an address; a link is sent to it, by which its owner proves it')
    .option('--language <language>', 'in which letters to it are written: en or zh-Hant', 'en')
    .addHelpText('after', example('latchkey addresses add ada ada@example.com'))
    .action(run(() => import('./add.ts')))
  addresses
    .command('make-primary <username> <address>')
    .description('make a proven address the one that letters go to')
    .addHelpText('after', example('latchkey addresses make-primary ada ada@example.com'))
    .action(run(() => import('./make-primary.ts')))
  addresses
    .command('remove <username> <address>')
    .description('remove an address; the primary one last')
    .addHelpText('after', example('latchkey addresses remove ada ada@example.com'))
    .action(run(() => import('./remove.ts')))
}
