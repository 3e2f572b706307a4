import * as v from 'valibot'
import { moment } from '../../../http/schema.ts'
import { wholeText } from '../../../whole-text.ts'
import { type FirebaseParameters, firebaseHash } from '../../passwords/hashes/scrypt.ts'
import { type KeycloakCredential, keycloakHash, storedForm } from '../../passwords/hashes/spellings.ts'
import { RecordFault, type TransferredPerson, usable } from '../transferred-person.ts'
import { objectsIn } from './json-array.ts'
import type { Source, SourceRecord } from './source.ts'

const millisecondsForm = wholeText(/\d+/)
const zonedForm = wholeText(/.*(?:Z|[+-]\d\d:\d\d)/s)

type Fields = Readonly<Record<string, unknown>>

/** `manage.py dumpdata auth.user`, or of a model of one's own that has the members of Django's. */
export const djangoSource: Source = (chunks) =>
  read(objectsIn(chunks, undefined), ({ fields }) => fromDjango(fields))

function fromDjango(given: unknown): TransferredPerson {
  const fields = fieldsOf(given)
  const password = textIn(fields, 'password')
  return {
    username: textIn(fields, 'username') ?? required('email', textIn(fields, 'email')),
    displayName: fullName(textIn(fields, 'first_name'), textIn(fields, 'last_name')),
    userType: undefined,
    passwordHash: password ? usable(() => storedForm(password)) : null,
    isDisabled: fields.is_active === false,
    createdAt: momentOf(fields.date_joined),
    ...addressIn(fields, false),
  }
}

/** An export of a realm with its users: `kc.sh export`, or one of the files of `--users different_files`. */
export const keycloakSource: Source = (chunks) => read(objectsIn(chunks, 'users'), fromKeycloak)

function fromKeycloak(user: Fields): TransferredPerson {
  if (typeof user.serviceAccountClientId === 'string') {
    throw new RecordFault('it is the account of a client, not of a person')
  }
  const credentials = Array.isArray(user.credentials) ? (user.credentials as readonly unknown[]) : []
  const password = credentials.map(fieldsOf).find(({ type }) => type === 'password')
  return {
    username: required('username', textIn(user, 'username')),
    displayName: fullName(textIn(user, 'firstName'), textIn(user, 'lastName')),
    userType: undefined,
    passwordHash: password === undefined ? null : usable(() => keycloakHash(credentialOf(password))),
    isDisabled: user.enabled === false,
    createdAt: momentOf(user.createdTimestamp),
    ...addressIn(user, user.emailVerified !== true),
  }
}

function credentialOf({ secretData, credentialData }: Fields): KeycloakCredential {
  if (typeof secretData === 'string' && typeof credentialData === 'string') {
    return { secretData, credentialData }
  }
  throw new RecordFault('its credential has no secretData and credentialData')
}

/** `firebase auth:export users.json`, with the parameters that the console of Firebase shows. */
export function firebaseSource(parameters: FirebaseParameters): Source {
  return (chunks) =>
    read(objectsIn(chunks, 'users'), (user) => {
      const [passwordHash, salt] = [textIn(user, 'passwordHash'), textIn(user, 'salt')]
      return {
        username: textIn(user, 'email') ?? required('phoneNumber', textIn(user, 'phoneNumber')),
        displayName: textIn(user, 'displayName') ?? null,
        userType: undefined,
        passwordHash:
          passwordHash && salt ? usable(() => firebaseHash(parameters, { passwordHash, salt })) : null,
        isDisabled: user.disabled === true,
        createdAt: momentOf(user.createdAt),
        ...addressIn(user, user.emailVerified !== true),
      }
    })
}

/** @throws {RecordFault} if one of the parameters is not in the text, which may be JSON or what the console shows */
export function firebaseParametersIn(text: string): FirebaseParameters {
  const find = (name: string) => {
    const value = new RegExp(`${name}\\W{1,10}([\\w+/=-]+)`).exec(text)?.[1]
    if (value === undefined) throw new RecordFault(`the parameters of Firebase have no ${name}`)
    return value
  }
  const base64 = (name: string) => Buffer.from(find(name), 'base64')
  return {
    signerKey: base64('base64_signer_key'),
    saltSeparator: base64('base64_salt_separator'),
    rounds: Number(find('rounds')),
    memCost: Number(find('mem_cost')),
  }
}

async function* read(
  objects: AsyncIterable<string>,
  personOf: (fields: Fields) => TransferredPerson,
): AsyncGenerator<SourceRecord> {
  let number = 0
  for await (const text of objects) {
    number += 1
    yield recordOf(`record ${number}`, text, (value) => personOf(fieldsOf(value)))
  }
}

/** The person in a text of JSON, or what is wrong with it. */
export function recordOf(
  place: string,
  text: string,
  personOf: (value: unknown) => TransferredPerson,
): SourceRecord {
  let value: unknown
  try {
    value = JSON.parse(text)
    return { kind: 'person', place, person: personOf(value) }
  } catch (error) {
    if (error instanceof SyntaxError) return { kind: 'fault', place, detail: 'it is no JSON' }
    if (!(error instanceof RecordFault)) throw error
    return { kind: 'fault', place, detail: error.message, ...namedIn(value) }
  }
}

/** The name in a record that is wrong, so that its person can be found. */
function namedIn(value: unknown): { username?: string } {
  // Whatever it is: of what is no object, nothing is found.
  const fields = Object(value) as Fields
  const inner = Object(fields.fields ?? fields) as Fields
  const username = textIn(inner, 'username') ?? textIn(inner, 'email')
  return username === undefined ? {} : { username }
}

function fieldsOf(value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw new RecordFault('it is no object')
}

function textIn(fields: Fields, name: string): string | undefined {
  const value = fields[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

function required(name: string, text: string | undefined): string {
  if (text === undefined) throw new RecordFault(`it has no ${name}`)
  return text
}

/** The address of mail, where there is one. */
function addressIn(fields: Fields, isUnverified: boolean): Pick<TransferredPerson, 'addresses'> {
  const address = textIn(fields, 'email')
  return address === undefined ? {} : { addresses: [{ address, isUnverified }] }
}

function fullName(...parts: readonly (string | undefined)[]): string | null {
  return parts.filter((part) => part !== undefined).join(' ') || null
}

/** A time as milliseconds, as a text of them, or by ISO 8601, in UTC where it names no zone, as Django's without zones are. */
function momentOf(value: unknown): number | undefined {
  if (typeof value === 'string' && !millisecondsForm.test(value)) {
    const read = v.safeParse(moment, zonedForm.test(value) ? value : `${value}Z`)
    return read.success && read.output >= 0 ? read.output : undefined
  }
  const atMs = Number(value ?? Number.NaN)
  return Number.isSafeInteger(atMs) && atMs >= 0 ? atMs : undefined
}
