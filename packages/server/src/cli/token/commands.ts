import { type Command, InvalidArgumentError } from 'commander'
import { collect, example, run } from '../command.ts'

/** The commands of `latchkey token`. */
export function addToken(program: Command): void {
  const token = program.command('token').description('read, check, sign, explain and revoke tokens')
  token
    .command('decode [token]')
    .description('print what a token says, though nobody has vouched for it')
    .option('--file <file>', 'read the token from a file')
    .addHelpText('after', example('latchkey token decode - < token.txt'))
    .action(run(() => import('./decode.ts')))
  expectations(keyOptions(token.command('verify [token]')))
    .description('check a token and print its claims')
    .option('--insecure-short-secret', 'accept a secret with fewer bits than the hash')
    .addHelpText(
      'after',
      example(
        'latchkey token verify --jwks jwks.json --issuer https://id.example.com --audience api - < token.txt',
      ),
    )
    .action(run(() => import('./verify.ts')))
  keyOptions(token.command('sign [claims]'))
    .description('sign claims, given as JSON, and print the token')
    .option('--file <file>', 'read the claims from a file')
    .option('--expires-in <time>', 'seconds until it expires, or 15m, 2h, 7d')
    .option('--issuer <issuer>', 'the claim iss')
    .option('--subject <subject>', 'the claim sub')
    .option('--audience <audience>', 'the claim aud; may be repeated', collect)
    .option('--type <type>', 'the header parameter typ')
    .option('--key-id <id>', 'the header parameter kid; that of a JWK if not given')
    .option('--header <name=value>', 'a header parameter; may be repeated', collect)
    .option('--token-id', 'give it a random jti')
    .option('--insecure-short-secret', 'accept a secret with fewer bits than the hash')
    .addHelpText('after', example(`latchkey token sign '{"sub": "ada"}' --key private.pem --expires-in 15m`))
    .action(run(() => import('./sign.ts')))
  expectations(keyOptions(token.command('explain [token]')))
    .description('say in words what a token is, which check fails first, and what mends it')
    .addHelpText('after', example('latchkey token explain --secret-env JWT_SECRET --file token.txt'))
    .action(run(() => import('./explain.ts')))
  token
    .command('revoke [token]')
    .description('revoke one access token of this server, at every verifier within a second')
    .option('--file <file>', 'read the token from a file')
    .option('--id <id>', 'the token with this jti')
    .addHelpText('after', example('latchkey token revoke - < token.txt'))
    .action(run(() => import('./revoke.ts')))
}

/** Where keys come from. A secret is never an argument: everyone on the machine can list those. */
function keyOptions(command: Command): Command {
  return command
    .option('--key <file>', 'a key as PEM or JWK')
    .option('--secret-file <file>', 'a shared secret in a file, without its last line end')
    .option('--secret-env <name>', 'a shared secret in an environment variable')
    .option(
      '--algorithm <algorithm>',
      'what the key may be used with; by its type if not given; may be repeated',
      collectAlgorithm,
    )
}

const algorithms =
  'HS256 HS384 HS512 RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519 Ed448 ML-DSA-44 ML-DSA-65 ML-DSA-87'.split(
    ' ',
  )

function collectAlgorithm(value: string, before: readonly string[] = []): readonly string[] {
  if (!algorithms.includes(value)) throw new InvalidArgumentError(`There are ${algorithms.join(', ')}.`)
  return collect(value, before)
}

function expectations(command: Command): Command {
  return command
    .option('--file <file>', 'read the token from a file')
    .option('--jwks <file or URL>', 'a key set')
    .option('--issuer <issuer>', 'who must have issued it')
    .option('--audience <audience>', 'for whom it must be; repeated, any of them', collect)
    .option('--type <type>', 'its type, such as at+jwt, or none; repeated, any of them', collect)
    .option('--leeway <time>', 'by how much clocks may differ')
    .option('--at <time>', 'judge it as of then')
    .option('--allow-no-expiry', 'accept a token without exp')
}
