import type { Command } from 'commander'
import { example, run } from '../command.ts'
import { addSought, addTimes } from './options.ts'

/** The commands of `latchkey activity`. */
export function addActivity(program: Command): void {
  const activity = program.command('activity').description('read the log')
  addTimes(addSought(activity.command('search')))
    .description('search the log, newest first')
    .option('--saved <name>', 'what this shared search looks for; options beside it go before it')
    .option('--order <order>', 'newest, or oldest: the order of commits', 'newest')
    .option('--after <event>', 'behind this event')
    .option('--limit <count>', 'how many', '50')
    .addHelpText('after', example('latchkey activity search --event user.sign_in --outcome refused'))
    .action(run(() => import('./search.ts')))
  addTimes(addSought(activity.command('export')))
    .description('print all that a search finds as a file, newest first; the log says that it was taken')
    .requiredOption('--format <format>', 'csv, in which a spreadsheet runs nothing, or ndjson')
    .addHelpText(
      'after',
      example('latchkey activity export --format csv --from 2026-11-01T00:00:00Z > november.csv'),
    )
    .action(run(() => import('./export.ts')))
  activity
    .command('sign-ins')
    .description('list sign-ins, those that succeeded and those that were refused, newest first')
    .option('--user <username>', 'whose account it was')
    .option('--outcome <outcome>', 'success, refused, failure or alarm')
    .option('--reason <reason>', 'why it was refused, such as password_wrong')
    .option('--address <address>', 'from where')
    .option('--limit <count>', 'how many', '50')
    .option('--format <format>', 'as a file: csv or ndjson')
    .addHelpText('after', example('latchkey activity sign-ins --outcome refused --format csv > refused.csv'))
    .action(run(() => import('./sign-ins.ts')))
  addSought(activity.command('tail'))
    .description('follow the log until interrupted')
    .option('--after <event>', 'go on behind this event')
    .addHelpText('after', example('latchkey activity tail --outcome refused,alarm'))
    .action(run(() => import('./tail.ts')))
  activity
    .command('archive')
    .description(
      'move old events into segments and drop what is kept no longer, as the server does by itself',
    )
    .addHelpText('after', example('latchkey activity archive'))
    .action(run(() => import('./archive/archive.ts')))
  activity
    .command('periods')
    .description('list what the archive holds, by month and kind of event')
    .addHelpText('after', example('latchkey activity periods'))
    .action(run(() => import('./archive/periods.ts')))
  addSearches(activity)
  addBackups(activity)
  addStats(activity)
  addProof(activity)
}

/** Searches that are kept by a name. */
function addSearches(activity: Command): void {
  activity
    .command('searches')
    .description('list the searches that all readers of the log have')
    .addHelpText('after', example('latchkey activity searches'))
    .action(run(() => import('./searches/list.ts')))
  addTimes(addSought(activity.command('save-search <name>')))
    .description(
      'save a search for all readers of the log, or let the one of this name search for something else',
    )
    .addHelpText(
      'after',
      example("latchkey activity save-search 'refused sign-ins' --event user.sign_in --outcome refused"),
    )
    .action(run(() => import('./searches/save.ts')))
  activity
    .command('rename-search <name> <other>')
    .description('call a shared search by another name')
    .addHelpText('after', example("latchkey activity rename-search 'refused sign-ins' guesses"))
    .action(run(() => import('./searches/rename.ts')))
  activity
    .command('remove-search <name>')
    .description('remove a shared search')
    .addHelpText('after', example('latchkey activity remove-search guesses'))
    .action(run(() => import('./searches/remove.ts')))
}

/** Copies of the log at another place, and back. */
function addBackups(activity: Command): void {
  activity
    .command('backup')
    .description('write what is new in the log to a directory or a bucket, and read it again')
    .option('--to <place>', 'a directory, or https://host/bucket/prefix; LATCHKEY_BACKUP_TO unless given')
    .option('--recipient <keys...>', 'public keys of age for whom it is encrypted')
    .addHelpText('after', example('latchkey activity backup --to /mnt/backups/latchkey'))
    .action(run(() => import('./archive/backup.ts')))
  activity
    .command('backups')
    .description('list the backups that were made')
    .addHelpText('after', example('latchkey activity backups'))
    .action(run(() => import('./archive/backups.ts')))
  activity
    .command('restore')
    .description('give the log back to an empty data directory that has the master.key of before')
    .requiredOption('--from <place>', 'a directory, or https://host/bucket/prefix')
    .option('--identity <files...>', 'files with the secret keys of age, if the backup is encrypted')
    .option('--key <keys...>', 'the verifier keys of the log, if those in the backup are not to be believed')
    .addHelpText('after', example('latchkey activity restore --from /mnt/backups/latchkey'))
    .action(run(() => import('./archive/restore.ts')))
}

function addStats(activity: Command): void {
  activity
    .command('stats [measure]')
    .description(
      'print how often something happened, from the roll-ups: events, sign_ins, refusals, refreshes, administration, device_connects, device_disconnects, device_commands, new_regions, devices_online',
    )
    .option('--by <dimension>', 'outcome, event, reason, region, user_type or factor, as the measure has it')
    .option('--value <values>', 'of the dimension these alone; several between commas')
    .option('--outcome <outcomes>', 'these outcomes alone')
    .option('--from <time>', 'from then on, in RFC 3339; 24 hours before the end unless given')
    .option('--to <time>', 'before then; now unless given')
    .option(
      '--bucket <bucket>',
      'no finer than minute, 5_minutes, 15_minutes, hour, day, week or 30_days',
      'hour',
    )
    .option('--limit <count>', 'so many values, the most frequent first', '5')
    .addHelpText('after', example('latchkey activity stats sign_ins --by outcome'))
    .action(run(() => import('./stats.ts')))
}

/** That the log was not changed, and what it keeps. */
function addProof(activity: Command): void {
  activity
    .command('verify')
    .description(
      'verify the whole log against its tree and its checkpoints: each event that was changed, removed or added is named',
    )
    .option(
      '--checkpoints <files...>',
      'checkpoints that were kept elsewhere, as LATCHKEY_CHECKPOINT_FILE has them',
    )
    .option('--witness <url>', 'a witness to ask for the checkpoint that it signed last')
    .option(
      '--key <keys...>',
      'the verifier keys of the log, if those of the database are not to be believed',
    )
    .addHelpText('after', example('latchkey activity verify --checkpoints /mnt/other/checkpoints'))
    .action(run(() => import('./proof/verify.ts')))
  activity
    .command('receipt <event>')
    .description('print the proof of one event, which verifies without this server')
    .addHelpText('after', example('latchkey activity receipt evt_06f… > door.receipt'))
    .action(run(() => import('./proof/receipt.ts')))
  activity
    .command('verify-receipt <file>')
    .description('verify a receipt; needs no database')
    .requiredOption('--key <keys...>', 'the verifier keys of the logs that you believe')
    .option('--witness <keys...>', 'the verifier keys of witnesses that must have signed')
    .addHelpText(
      'after',
      example('latchkey activity verify-receipt door.receipt --key id.example/activity+1a2b3c4d+AaBb…'),
    )
    .action(run(() => import('./proof/verify-receipt.ts')))
  activity
    .command('keys')
    .description('print the verifier keys of the log, and of this server as a witness of others')
    .addHelpText('after', example('latchkey activity keys'))
    .action(run(() => import('./proof/keys.ts')))
  activity
    .command('rotate-key')
    .description('sign checkpoints with a new key from now on')
    .addHelpText('after', example('latchkey activity rotate-key'))
    .action(run(() => import('./proof/rotate-key.ts')))
  activity
    .command('checkpoint')
    .description('sign the log as it is now, and print the checkpoint')
    .addHelpText('after', example('latchkey activity checkpoint >> /mnt/other/checkpoints'))
    .action(run(() => import('./proof/checkpoint.ts')))
  activity
    .command('hold <subject>')
    .description('keep what the log says of a person, also if they are deleted')
    .requiredOption('--reason <text>', 'why, such as the number of the case')
    .option('--until <time>', 'when the hold ends, in RFC 3339; without, it has to be lifted')
    .addHelpText('after', example("latchkey activity hold usr_06f… --reason 'case 7'"))
    .action(run(() => import('./proof/hold.ts')))
  activity
    .command('release <subject>')
    .description('lift a hold; who was deleted meanwhile is forgotten then')
    .addHelpText('after', example('latchkey activity release usr_06f…'))
    .action(run(() => import('./proof/release.ts')))
  activity
    .command('holds')
    .description('list the holds')
    .addHelpText('after', example('latchkey activity holds'))
    .action(run(() => import('./proof/holds.ts')))
}
