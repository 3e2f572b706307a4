import type { Command } from 'commander'
import { example, run } from '../command.ts'

/** The commands of `latchkey services`. */
export function addServices(program: Command): void {
  const services = program.command('services').description('manage services')
  services
    .command('add <name>')
    .description('register a service and print its secret')
    .option('--scope <scope...>', 'what it may do, such as activity:read')
    .addHelpText('after', example('latchkey services add billing --scope activity:read'))
    .action(run(() => import('./add.ts')))
}
