import type { Command } from 'commander'
import { collect, example, run } from '../command.ts'

/** The commands of `latchkey attributes`. */
export function addAttributes(program: Command): void {
  const attributes = program
    .command('attributes')
    .description('define what people have beside a name and a type')
  attributes
    .command('list')
    .description('list the attributes that people may have')
    .addHelpText('after', example('latchkey attributes list'))
    .action(run(() => import('./list.ts')))
  withRules(
    attributes
      .command('add <key>')
      .description('add an attribute')
      .requiredOption('--label <text>', 'how pages call it')
      .requiredOption('--kind <kind>', 'text, number, yes_no or date'),
  )
    .addHelpText(
      'after',
      example('latchkey attributes add department --label Department --kind text --searchable on'),
    )
    .action(run(() => import('./add.ts')))
  withRules(
    attributes
      .command('change <key>')
      .description('change an attribute; values that people have stay as they are')
      .option('--label <text>', 'how pages call it'),
  )
    .addHelpText('after', example('latchkey attributes change department --person-may see'))
    .action(run(() => import('./change.ts')))
  attributes
    .command('remove <key>')
    .description('remove an attribute and every value of it')
    .option('--people <count>', 'how many people have a value, which are lost', '0')
    .addHelpText('after', example('latchkey attributes remove department --people 12'))
    .action(run(() => import('./remove.ts')))
}

function withRules(command: Command): Command {
  return command
    .option('--longest <count>', 'the longest text; or none')
    .option('--allowed <value>', 'the only texts, once for each; or none', collect)
    .option('--least <number>', 'the least number; or none')
    .option('--most <number>', 'the greatest number; or none')
    .option('--person-may <what>', 'what the person may do with their value: nothing, see or change')
    .option('--required <on-or-off>', 'whether nobody may be left without a value')
    .option('--searchable <on-or-off>', 'whether people are found by their value')
}
