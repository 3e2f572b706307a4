import type { Command } from 'commander'
import { example, run } from '../command.ts'

/** The commands of `latchkey devices`. */
export function addDevices(program: Command): void {
  const devices = program.command('devices').description('manage devices')
  devices
    .command('add <name>')
    .description('register a device by its public key and print a claim code')
    .requiredOption('--key <file>', 'the public key in PEM or as a JWK; - reads it from standard input')
    .option('--product <product>', 'what kind of device it is', 'device')
    .addHelpText('after', example('latchkey devices add "Hall lamp" --product lamp --key lamp.pem'))
    .action(run(() => import('./add.ts')))
  devices
    .command('list')
    .description('list the devices')
    .addHelpText('after', example('latchkey devices list --json'))
    .action(run(() => import('./list.ts')))
}
