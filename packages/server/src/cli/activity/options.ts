import type { Command } from 'commander'

/** Options that search, follow and export have in common. */
export function addSought(command: Command): Command {
  return command
    .option('--event <events>', 'such as user.sign_in; several of each between commas')
    .option('--outcome <outcomes>', 'success, refused, failure or alarm')
    .option('--reason <reasons>', 'why, such as password_wrong')
    .option('--subject <who>', 'who did it: an id or a username')
    .option('--target <what>', 'what it was done to: an id or a username')
    .option('--address <addresses>', 'from where')
    .option('--region <regions>', 'from which country, such as TW')
    .option('--client <ids>', 'by which client')
    .option('--session <ids>', 'in which session')
    .option('--request <ids>', 'in which request')
    .option('--detail <name:value>', 'a member of the details and its value')
    .option('--text <text>', 'text that any of these holds')
}
export function addTimes(command: Command): Command {
  return command.option('--from <time>', 'from then on, in RFC 3339').option('--to <time>', 'before then')
}
