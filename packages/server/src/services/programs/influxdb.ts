import { lines, type OtherProgram } from './program.ts'

export const influxdb: OtherProgram = {
  profile: 'influxdb1',
  title: 'InfluxDB 1',
  package: 'influxdb',
  version: '1.6.7',
  about:
    'A database of time series. The token goes as `Authorization: Bearer`, and its claim `username` names a user of the database, whom an administrator has made there.',
  directory: '/etc/influxdb',
  register: 'latchkey services add series --audience series --profile influxdb1 --knows series:write',
  files: ({ sharedKey, directory }) => [
    {
      path: `${directory}/influxdb.conf`,
      text: lines('[http]', '  auth-enabled = true', `  shared-secret = ${JSON.stringify(sharedKey)}`),
    },
  ],
  takes: ['of another issuer', 'for another audience'],
  notes: [
    'It looks at neither `iss` nor `aud`; the key is shared with it alone.',
    'It knows one key: at a rotation there is a moment in which tokens by the other are refused.',
    'A user named like the subject (`usr_…`, or the uid of a device) has to be made there: `CREATE USER "usr_…" WITH PASSWORD \'…\'`. The password is of no use to anybody with a token; choose a long one at random.',
  ],
}
