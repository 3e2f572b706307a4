import type { Command } from 'commander'
import { collect, example, run } from '../command.ts'

/** The commands of `latchkey alarms`. */
export function addAlarms(program: Command): void {
  const alarms = program.command('alarms').description('see alarms, and what opens and silences them')
  alarms
    .command('list')
    .description('list alarms, newest first; those that are closed only when asked for')
    .option('--state <state>', 'open, acknowledged or closed')
    .option('--rule <rule>', 'of this rule')
    .option('--severity <severity>', 'low, medium, high or critical')
    .option('--subject <subject>', 'about this person, device or address, also as part of a group')
    .option('--limit <count>', 'how many', '50')
    .addHelpText('after', example('latchkey alarms list --state open --severity high'))
    .action(run(() => import('./list.ts')))
  alarms
    .command('show <alarm>')
    .description('print an alarm, the events that it rests on and whom it concerns')
    .addHelpText('after', example('latchkey alarms show alm_06f…'))
    .action(run(() => import('./show.ts')))
  alarms
    .command('acknowledge <alarm>')
    .description('say that somebody looks after it; that it goes on is not told any more')
    .addHelpText('after', example('latchkey alarms acknowledge alm_06f…'))
    .action(run(() => import('./acknowledge.ts')))
  alarms
    .command('close <alarm>')
    .description('close an alarm; if its rule holds again, a new one opens')
    .addHelpText('after', example('latchkey alarms close alm_06f…'))
    .action(run(() => import('./close.ts')))
  alarms
    .command('rules')
    .description('list the rules, as they are in force')
    .addHelpText('after', example('latchkey alarms rules'))
    .action(run(() => import('./rules.ts')))
  alarms
    .command('set-rule <rule>')
    .description('change a rule; what is not given stays')
    .option('--on', 'turn it on')
    .option('--off', 'turn it off; its open alarms close')
    .option('--threshold <number>', 'from how many on it holds')
    .option('--window <time>', 'its window: 90s, 15m, 2h or 14d')
    .option('--severity <severity>', 'low, medium, high or critical')
    .option('--mail', 'send its alarms by mail')
    .option('--no-mail', 'send none by mail')
    .option('--product <product>', 'for device_offline: devices of this product; may be repeated', collect)
    .option('--as-shipped', 'as it ships, before anything else that is given')
    .addHelpText('after', example('latchkey alarms set-rule device_offline --on --window 1h --product lamp'))
    .action(run(() => import('./set-rule.ts')))
  addOwnRules(alarms)
  alarms
    .command('silence <rule>')
    .description('tell nothing of a rule for a while; its alarms open and close as before')
    .requiredOption('--for <time>', 'how long: 30m, 8h or 7d, 90 days at most')
    .requiredOption('--reason <text>', 'why')
    .option('--subject <subject>', 'of this person, device or address alone')
    .addHelpText(
      'after',
      example("latchkey alarms silence device_offline --for 8h --reason 'the hall is rewired'"),
    )
    .action(run(() => import('./silence.ts')))
  alarms
    .command('silences')
    .description('list the silences that are not over')
    .addHelpText('after', example('latchkey alarms silences'))
    .action(run(() => import('./silences.ts')))
  alarms
    .command('end-silence <silence>')
    .description('end a silence; what is open is told then')
    .addHelpText('after', example('latchkey alarms end-silence sil_06f…'))
    .action(run(() => import('./end-silence.ts')))
}

/** Rules beside those that ship. */
function addOwnRules(alarms: Command): void {
  alarms
    .command('add-rule <name>')
    .description('add a rule that counts events of the log; its name begins with own.')
    .requiredOption('--title <text>', 'what its alarms are called')
    .option('--event <event>', 'events of this name; may be repeated; of any, unless given', collect)
    .option('--outcome <outcome>', 'success, refused, failure or alarm; may be repeated', collect)
    .option('--reason <reason>', 'events of this reason; may be repeated', collect)
    .requiredOption(
      '--by <what>',
      'counted for each subject, target, address, region, service, or for the server',
    )
    .requiredOption('--threshold <number>', 'from how many on it holds')
    .requiredOption('--window <time>', 'within which time: 90s, 15m, 2h or 14d')
    .option('--severity <severity>', 'low, medium, high or critical', 'medium')
    .option('--no-mail', 'send none by mail')
    .addHelpText(
      'after',
      example(
        "latchkey alarms add-rule own.commands --title 'Many commands' --event device.command --by subject --threshold 100 --window 5m",
      ),
    )
    .action(run(() => import('./add-rule.ts')))
  alarms
    .command('remove-rule <name>')
    .description('remove a rule that was added; its open alarms close')
    .addHelpText('after', example('latchkey alarms remove-rule own.commands'))
    .action(run(() => import('./remove-rule.ts')))
}
