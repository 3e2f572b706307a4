import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { realWorld } from '../../../world.ts'
import { createPasswords } from '../passwords.ts'
import { createPasswordRules } from '../rules.ts'
import { platformArgon2 } from './argon2.ts'
import { HashFault, toBase64 } from './hash-format.ts'
import { createHashes } from './hashes.ts'
import { firebaseHash } from './scrypt.ts'
import { keycloakHash, storedForm } from './spellings.ts'

const { checkOf } = createHashes(platformArgon2)
const password = 'a lamp, a latch – и ключ'

/** Each made by the program that it is named after, of the password above unless another is given. */
const samples: readonly { name: string; hash: string; password?: string }[] = [
  {
    name: 'Django pbkdf2_sha256',
    hash: 'pbkdf2_sha256$1000000$0BjR5GPMCKJZQdrLbx9bPv$saQeaeqQ58W/iUujYhPPfhIK21NTxFH52nXjOBkhyBQ=',
  },
  {
    name: 'Django pbkdf2_sha1',
    hash: 'pbkdf2_sha1$1000000$CwHzhcTezGlbSRnSYc5qT7$rQWTGGRZcjJ7TpaVwySp1QloBwg=',
  },
  {
    name: 'Django argon2',
    hash: 'argon2$argon2id$v=19$m=102400,t=2,p=8$eUEzdmN0QXBDSE5mcURKVnB2cXRUUA$BjPWoCRjybcxpFXZtFyLYkDP0DwNGiTwzKnIzeKW5JY',
  },
  {
    name: 'Django bcrypt_sha256',
    hash: 'bcrypt_sha256$$2b$12$heYxZFumjPzYu/.sazm6ueFZhrO2.thZUO2z1QaurBjU/5gAcPCTS',
  },
  { name: 'Django bcrypt', hash: 'bcrypt$$2b$12$4mi2tXUZlRfp3zdsPEATIe8Wd/3cEBticnAc.gcXmjI2HcgIGu6OC' },
  {
    name: 'Django scrypt',
    hash: 'scrypt$16384$tRwxFRBfDW8uaYOg426dAn$8$5$oNffgsuVcxOBQW7JTdTpsq6ZqhhV53qsHpf1KsHuCOWlAKrslvohDZ3UUJo1ZifJorakGlp3XZS89o2+r+nVYQ==',
  },
  {
    name: 'Werkzeug scrypt',
    hash: 'scrypt:32768:8:1$sqDkvqshjFGTonox$777ff3d4d39a7e8f77e730c2e45d9b456d76c0ea55b57628c3f3f876bf248b2bf31ccc37d8516009d9983a69c13c1d45c67bd92b82fb13715e9f6d926634e72d',
  },
  {
    name: 'Werkzeug scrypt of other parameters',
    hash: 'scrypt:16384:8:2$gE8jWxS0aoJHmONp$ed7aebf7625402eaedad0a22b1868b947909af5df5e29dd185e2ab23bcf979e4ee18ae9c6d00e957ad82f2636b5aa14466e02ba94cbfbf044ca2e15942b79bab',
  },
  {
    name: 'Werkzeug pbkdf2:sha256',
    hash: 'pbkdf2:sha256:260000$OrRQ9KHDTks5xQtE$8d0904567f7e8b704b4e174cf8ebc8c23b843dbe540c0137cac4f5e196ad303e',
  },
  {
    name: 'Werkzeug pbkdf2:sha512',
    hash: 'pbkdf2:sha512:1000$NbjVKIpPvCaQR52F$c95bb8b66cbb68324f7e7b01368f7ff51d92d1bb14fea44fb6457dc7e2d13d411e1eb15f1ea2922ae6d903eb287eacc51ee3b9eb159b2310afb8f47f561f0b07',
  },
  {
    name: 'Werkzeug pbkdf2:sha1',
    hash: 'pbkdf2:sha1:260000$MF2ksoY2v7gCnY8n$e90dbdea4b406cabe2fca96f65dd01db1146f80f',
  },
  {
    name: 'passlib pbkdf2_sha1',
    hash: '$pbkdf2$131000$2jsnZIzxfg.B0JozxhgDIA$3qJyyJUcu9sqbH0bE09hExfXB2s',
  },
  {
    name: 'passlib pbkdf2_sha256',
    hash: '$pbkdf2-sha256$29000$9d67V0qpVSql9D4H4Nw7Zw$ODwrLLftCa681GWsk5MyjLt4krUe2h044lbLZnxTGho',
  },
  {
    name: 'passlib pbkdf2_sha512',
    hash: '$pbkdf2-sha512$25000$FcI4R8g5h3COkdK615pTCg$Hj6Z2UH9E/hxRGHdi0e6yBQfLVMpYbmkYI3If2sKEnJG9jQqcb.3B6ZrT.BfajAU02Wo.kM9ZnUL8OyD5lHICA',
  },
  {
    name: 'passlib scrypt',
    hash: '$scrypt$ln=16,r=8,p=1$u1fqnRNC6J1TqhWilPIe4w$hPZ755IH3dek9y/tRzUCD/iB3r55gnFzGyGPSTeGSiE',
  },
  {
    name: 'argon2i',
    hash: '$argon2i$v=19$m=65536,t=3,p=4$FYKp5PI11Mg6n5ARW5yprw$A5JWMQWtnIdk1JdIvNWGwiDtC85r9mNwOE/kL0gzQwQ',
  },
  {
    name: 'argon2d',
    hash: '$argon2d$v=19$m=65536,t=3,p=4$H80qJOHkN+vZoJo8Yr5Ndw$B2B0lln+5nuktXfwn5JzNFtnKoRIugulQaMRbzp/HPY',
  },
  {
    name: 'argon2id',
    hash: '$argon2id$v=19$m=65536,t=3,p=4$hPzFjJYu5S5wpkj2rUvshQ$YH38oGkcHLlAT52wkGtRfcgVUu2zgS6NNXhtmpKz1oI',
  },
  { name: 'bcrypt $2a$', hash: '$2a$06$7etbEIK8GDj3mb4Jif9n1OgLwo1VFSCU1lzVysRTpSyfqelTAJvZS' },
  { name: 'bcrypt $2b$', hash: '$2b$06$zSPyRdERiReXvrsvk9rR5OT1jkiarfxodlNYkFjH4QIntEnMQQlmW' },
  // PHP's letter for the same computation.
  { name: 'bcrypt $2y$', hash: '$2y$06$zSPyRdERiReXvrsvk9rR5OT1jkiarfxodlNYkFjH4QIntEnMQQlmW' },
  {
    name: 'SHA-512 crypt of 5,000 rounds',
    hash: '$6$ZNwOyakbiAB4sKPk$L5oa0XxhGJ0ZP3V4gViuahTh9.fQZgCRqceKRrfYJwyGfhDP5S189XRgWQmjeYaNhEkv3zXBB3TpJCn.abZuS0',
  },
  {
    name: 'SHA-256 crypt',
    hash: '$5$rounds=535000$/wN848/nWmu3tOCo$GsPsVIQX6DAE8gw/8mo/Tjh9orpWM7/ZRL05Z9h.aB5',
  },
  {
    name: 'SHA-512 crypt',
    hash: '$6$rounds=656000$FQvDlWscRGJNDafF$D/yvaIF0.7dTdvqSY1CQDKNo3l/EtQ.3qzcXbWhcw8IFMqAG9DPK37ycsDGaQXyeeRUPVIocUzGCaiANVWKV6.',
  },
  {
    name: 'SHA-256 crypt of a password of 100 characters',
    hash: '$5$rounds=1000$dpV35uYA.hhWuCpl$3K44okcCvg/LbJQ9wRfTfD2Pdlz2mwB5si5JDANMql/',
    password: 'x'.repeat(100),
  },
]

describe('the hash of another program', () => {
  for (const { name, hash, password: own = password } of samples) {
    test(`${name} is that of its password and of no other`, async () => {
      const stored = storedForm(hash)!
      const check = checkOf(stored)
      assert.equal(await check(own), true)
      assert.equal(await check(`${own} `), false)
      // What is exported can be imported.
      assert.equal(storedForm(stored), stored)
      for (const other of [`x${stored}`, `${stored}\n`]) assert.throws(() => checkOf(other), HashFault)
      for (const other of [`x${hash}`, `${hash}\n`]) {
        assert.throws(() => checkOf(storedForm(other) ?? ''), HashFault)
      }
    })
  }

  const firebase = {
    signerKey: Buffer.from(
      'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==',
      'base64',
    ),
    saltSeparator: Buffer.from('Bw==', 'base64'),
    rounds: 8,
    memCost: 14,
  }
  const account = {
    passwordHash: 'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==',
    salt: '42xEC+ixf3L2lw==',
  }
  test('Firebase scrypt is that of its password and of no other, and has nothing of the signer key', async () => {
    const stored = firebaseHash(firebase, account)
    const check = checkOf(stored)
    assert.deepEqual([await check('user1password'), await check('user2password')], [true, false])
    for (const part of stored.split('$').slice(-2)) {
      assert.ok(!Buffer.from(part, 'base64').includes(firebase.signerKey.subarray(0, 8)))
    }
    const urlSafe = account.passwordHash.replaceAll('+', '-').replaceAll('/', '_')
    assert.equal(firebaseHash(firebase, { ...account, passwordHash: urlSafe }), stored)
    const otherKey = { ...firebase, signerKey: Buffer.alloc(64, 1) }
    assert.equal(await checkOf(firebaseHash(otherKey, account))('user1password'), false)
    const shortKey = { ...firebase, signerKey: Buffer.alloc(32, 1) }
    assert.throws(() => firebaseHash(shortKey, account), { code: 'damaged' })
  })

  // Computed with Node's own functions by the rules of Keycloak's providers.
  const keycloak = (algorithm: string, value: string, more: object) => ({
    secretData: JSON.stringify({ value, salt: 'MDEyMzQ1Njc4OWFiY2RlZg==', additionalParameters: {} }),
    credentialData: JSON.stringify({ algorithm, hashIterations: 27_500, additionalParameters: {}, ...more }),
  })
  const keycloakArgon2 = (version: string) =>
    keycloak('argon2', argon2Value, {
      hashIterations: 5,
      additionalParameters: {
        hashLength: ['32'],
        memory: ['7168'],
        type: ['id'],
        version: [version],
        parallelism: ['1'],
      },
    })
  const argon2Value = 'b7A5fHBchw4RSYCWRrdLcBvAvvt47GBZKWsBnC+9Lz8='
  const credentials = [
    {
      name: 'pbkdf2-sha256',
      credential: keycloak(
        'pbkdf2-sha256',
        'Efd0p6dWiyZHyDO//4fg5yyD/+D7klZRtSEw+OwlZpJ02tSZuYbYeJD8/IemCz2kpwYZfg66b8AfHubX8QZUqQ==',
        {},
      ),
    },
    {
      name: 'pbkdf2-sha512',
      credential: keycloak(
        'pbkdf2-sha512',
        'ktpVLYYtH2reLMoKwmM6pQ9b4DHao28kxCSvMZBpK3gfUpKkV9eohQIVI4E3QJL/ri/t+a4kenFoqlytEll3Sg==',
        { hashIterations: 210_000 },
      ),
    },
    {
      name: 'pbkdf2',
      credential: keycloak(
        'pbkdf2',
        '9Vse7AU/2eloSOfogRZImHt/6bvGfukA6OQgNRu53Yl8LLMjI5fnu1iubrP/xd39cIepnh2++HndsOXEftxPLQ==',
        {},
      ),
    },
    { name: 'argon2', credential: keycloakArgon2('1.3') },
  ]
  for (const { name, credential } of credentials) {
    test(`Keycloak ${name} is that of its password and of no other`, async () => {
      const check = checkOf(keycloakHash(credential))
      assert.deepEqual([await check(password), await check('another')], [true, false])
    })
  }
  for (const { name, credential } of [
    { name: 'of an argon2 before 1.3', credential: keycloakArgon2('1.0') },
    {
      name: 'of an algorithm of somebody’s own',
      credential: keycloak(
        'bcrypt',
        'Efd0p6dWiyZHyDO//4fg5yyD/+D7klZRtSEw+OwlZpJ02tSZuYbYeJD8/IemCz2kpwYZfg66b8AfHubX8QZUqQ==',
        {},
      ),
    },
    ...['an-pbkdf2-sha256', 'pbkdf2-sha256-x'].map((algorithm) => ({
      name: `of ${algorithm}, which only has the name of another in it`,
      credential: keycloak(algorithm, 'AAAA', { hashIterations: 1000 }),
    })),
    { name: 'that is no JSON', credential: { secretData: '{', credentialData: '{}' } },
    { name: 'that is a list', credential: { secretData: '[]', credentialData: '[]' } },
    { name: 'without a salt', credential: { secretData: '{"value":"AA=="}', credentialData: '{}' } },
    { name: 'that is null', credential: { secretData: 'null', credentialData: '{}' } },
  ]) {
    test(`a credential of Keycloak ${name} is refused`, () => {
      assert.throws(() => keycloakHash(credential), HashFault)
    })
  }

  test('a mark of Django for an account without a password is none', () => {
    assert.equal(storedForm('!9FjWePO2BthzpewF9znWGEzbVAhIY41pD0Wmp84q'), null)
  })

  const salt = 'c2FsdHNhbHQ'
  const tag = 'A'.repeat(43)
  const refused: readonly [name: string, hash: string, code: HashFault['code']][] = [
    ['MD5 of Django', 'md5$zPw4MZBrX52trK74ayXbLl$830ce78cd3beeb64e32802c57b8097a3', 'too_weak'],
    ['MD5 crypt', '$1$Tg1rt7Jx$g7PlkUyo9ORuZ56sJG62H/', 'too_weak'],
    ['salted SHA-1 of LDAP', '{SSHA}d4EZPkwUbeL26eb9badRFSM3v/MYY4yx', 'too_weak'],
    ['a bare SHA-256', 'a'.repeat(64), 'too_weak'],
    ['a password that is not hashed', password, 'unknown'],
    ['nothing', '', 'unknown'],
    [
      'bcrypt with the fault of 2011',
      '$2x$06$zSPyRdERiReXvrsvk9rR5OT1jkiarfxodlNYkFjH4QIntEnMQQlmW',
      'unknown',
    ],
    ['bcrypt that is cut off', '$2b$06$zSPyRdERiReXvrsvk9rR5OT1jkiarfxodlNYkFjH4QIntEnMQQlm', 'damaged'],
    ['bcrypt of 16 rounds', '$2b$16$zSPyRdERiReXvrsvk9rR5OT1jkiarfxodlNYkFjH4QIntEnMQQlmW', 'too_costly'],
    ['bcrypt of 3 rounds', '$2b$03$zSPyRdERiReXvrsvk9rR5OT1jkiarfxodlNYkFjH4QIntEnMQQlmW', 'damaged'],
    ['bcrypt of no rounds', '$2b$$zSPyRdERiReXvrsvk9rR5OT1jkiarfxodlNYkFjH4QIntEnMQQlmWaa', 'damaged'],
    ['argon2 of an old version', `$argon2id$v=16$m=65536,t=3,p=4$${salt}$${tag}`, 'unknown'],
    ['argon2 of too much memory', `$argon2id$v=19$m=131073,t=3,p=4$${salt}$${tag}`, 'too_costly'],
    ['argon2 of too many passes', `$argon2id$v=19$m=1024,t=11,p=4$${salt}$${tag}`, 'too_costly'],
    ['argon2 of too much work', `$argon2id$v=19$m=131072,t=5,p=4$${salt}$${tag}`, 'too_costly'],
    ['argon2 of too many lanes', `$argon2id$v=19$m=131072,t=1,p=17$${salt}$${tag}`, 'too_costly'],
    ['argon2 of less memory than its lanes need', `$argon2id$v=19$m=31,t=1,p=4$${salt}$${tag}`, 'damaged'],
    ['argon2 of no lanes', `$argon2id$v=19$m=1024,t=1,p=0$${salt}$${tag}`, 'damaged'],
    ['argon2 of a short salt', `$argon2id$v=19$m=1024,t=1,p=1$c2FsdA$${tag}`, 'damaged'],
    ['argon2 of a short tag', `$argon2id$v=19$m=1024,t=1,p=1$${salt}$AAAAAAAAAA`, 'damaged'],
    ['argon2 of a long tag', `$argon2id$v=19$m=1024,t=1,p=1$${salt}$${'A'.repeat(88)}`, 'damaged'],
    ['argon2 whose tag is no base64', `$argon2id$v=19$m=1024,t=1,p=1$${salt}$${tag}_`, 'damaged'],
    ['argon2 with a line behind it', `$argon2id$v=19$m=1024,t=1,p=1$${salt}$${tag}\n`, 'unknown'],
    ['scrypt of too much memory', `$scrypt$ln=18,r=8,p=1$${salt}$${tag}`, 'too_costly'],
    ['scrypt of too much work', `$scrypt$ln=17,r=8,p=5$${salt}$${tag}`, 'too_costly'],
    ['scrypt of too many blocks', `$scrypt$ln=1,r=33,p=1$${salt}$${tag}`, 'too_costly'],
    ['scrypt of too many lanes', `$scrypt$ln=1,r=1,p=33$${salt}$${tag}`, 'too_costly'],
    ['scrypt of a cost that is no power of two', `scrypt:32767:8:1$salt$${'ab'.repeat(32)}`, 'damaged'],
    ['scrypt of a short tag', `scrypt:32768:8:1$salt$${'ab'.repeat(15)}`, 'damaged'],
    ['PBKDF2 of too many rounds', `pbkdf2_sha256$5000001$salt$${tag}=`, 'too_costly'],
    ['PBKDF2 of no rounds', `pbkdf2_sha256$0$salt$${tag}=`, 'damaged'],
    ['PBKDF2 of a number without an end', `pbkdf2_sha256$${'9'.repeat(400)}$salt$${tag}=`, 'damaged'],
    ['PBKDF2 of a digest of its own', `pbkdf2:md5:1000$salt$${'ab'.repeat(16)}`, 'unknown'],
    ['PBKDF2 of half a byte', 'pbkdf2:sha1:1000$salt$abc', 'unknown'],
    ['PBKDF2 of a short tag', 'pbkdf2:sha1:1000$salt$abcd', 'damaged'],
    ['PBKDF2 without a salt', `$pbkdf2-sha256$i=1000$$${tag}`, 'damaged'],
    ['SHA-512 crypt that is cut off', `$6$salt$${'A'.repeat(85)}`, 'damaged'],
    ['SHA-256 crypt as long as that of SHA-512', `$5$salt$${'A'.repeat(86)}`, 'damaged'],
    ['SHA-512 crypt of too many rounds', `$6$rounds=1000001$salt$${'A'.repeat(86)}`, 'too_costly'],
    ['SHA-512 crypt of too few', `$6$rounds=999$salt$${'A'.repeat(86)}`, 'damaged'],
    ['SHA-512 crypt of a long salt', `$6$${'s'.repeat(17)}$${'A'.repeat(86)}`, 'unknown'],
    ['Firebase of too much memory', `$firebase-scrypt$ln=18,r=8$${salt}$${tag}`, 'too_costly'],
    ['Firebase of a short stream', `$firebase-scrypt$ln=14,r=8$${salt}$${'A'.repeat(40)}`, 'damaged'],
  ]
  for (const [name, hash, code] of refused) {
    test(`${name} is refused as ${code}`, () => {
      assert.throws(() => checkOf(storedForm(hash)!), { name: 'HashFault', code })
    })
  }

  for (const [name, hash, typed] of [
    ['bcrypt', '$2b$06$zSPyRdERiReXvrsvk9rR5OT1jkiarfxodlNYkFjH4QIntEnMQQlmW', `${password}\0`],
    [
      'SHA-256 crypt',
      '$5$rounds=1000$dpV35uYA.hhWuCpl$3K44okcCvg/LbJQ9wRfTfD2Pdlz2mwB5si5JDANMql/',
      `${'x'.repeat(100)}\0`,
    ],
    // bcrypt repeats what is typed, with a NUL behind it, until it has 72 bytes.
    [
      'bcrypt, which would read it twice,',
      '$2b$06$zSPyRdERiReXvrsvk9rR5OT1jkiarfxodlNYkFjH4QIntEnMQQlmW',
      `${password}\0${password}`,
    ],
  ] as const) {
    test(`${name} does not take a password that would end at a NUL`, async () => {
      assert.equal(await checkOf(hash)(typed), false)
    })
  }

  for (const [name, hash] of [
    ['argon2', `$argon2id$v=19$m=8,t=1,p=1$${salt}$${tag}`],
    ['argon2 of most lanes', `$argon2id$v=19$m=1024,t=1,p=16$${salt}$${tag}`],
    ['argon2 of most passes', `$argon2id$v=19$m=52428,t=10,p=4$${salt}$${tag}`],
    ['argon2 of most memory and work', `$argon2id$v=19$m=131072,t=4,p=4$${salt}$${tag}`],
    ['scrypt', `$scrypt$ln=1,r=1,p=1$${salt}$${tag}`],
    ['scrypt of most memory and work', `$scrypt$ln=17,r=8,p=4$${salt}$${tag}`],
    ['scrypt of most blocks', `$scrypt$ln=1,r=32,p=32$${salt}$${tag}`],
    ['bcrypt', '$2b$04$zSPyRdERiReXvrsvk9rR5OT1jkiarfxodlNYkFjH4QIntEnMQQlmW'],
    ['bcrypt of most rounds', '$2b$15$zSPyRdERiReXvrsvk9rR5OT1jkiarfxodlNYkFjH4QIntEnMQQlmW'],
    ['PBKDF2', `pbkdf2_sha256$1$salt$${tag}=`],
    ['PBKDF2 of most rounds', `pbkdf2_sha256$5000000$salt$${tag}=`],
    ['SHA-512 crypt', `$6$rounds=1000$salt$${'A'.repeat(86)}`],
    ['SHA-512 crypt of most rounds', `$6$rounds=1000000$salt$${'A'.repeat(86)}`],
    ['SHA-512 crypt of the longest salt', `$6$${'s'.repeat(16)}$${'A'.repeat(86)}`],
    ['Firebase', `$firebase-scrypt$ln=1,r=1$${salt}$${'A'.repeat(86)}`],
  ] as const) {
    test(`${name} is taken at the edge of what it may cost`, () => {
      assert.equal(typeof checkOf(storedForm(hash)!), 'function')
    })
  }

  // In bytes, from least to most.
  for (const { name, hashOf, salts, tags } of [
    {
      name: 'argon2',
      hashOf: (salt: string, tag: string) => `$argon2id$v=19$m=1024,t=1,p=1$${salt}$${tag}`,
      salts: [8, 64],
      tags: [16, 64],
    },
    {
      name: 'scrypt',
      hashOf: (salt: string, tag: string) => `$scrypt$ln=1,r=1,p=1$${salt}$${tag}`,
      salts: [1, 1024],
      tags: [16, 128],
    },
    {
      name: 'PBKDF2',
      hashOf: (salt: string, tag: string) => `$pbkdf2-sha256$i=1$${salt}$${tag}`,
      salts: [1, 1024],
      tags: [16, 128],
    },
    {
      name: 'Firebase',
      hashOf: (salt: string, stream: string) => `$firebase-scrypt$ln=1,r=1$${salt}$${stream}`,
      salts: [1, 1024],
      tags: [32, 128],
    },
  ] as const) {
    const [leastSalt, mostSalt] = salts
    const [leastTag, mostTag] = tags
    const read = (saltLength: number, tagLength: number) =>
      checkOf(hashOf(toBase64(Buffer.alloc(saltLength)), toBase64(Buffer.alloc(tagLength))))
    test(`${name} has salts and tags of ${leastSalt} and ${leastTag} bytes to ${mostSalt} and ${mostTag}`, () => {
      for (const [saltLength, tagLength] of [
        [leastSalt, leastTag],
        [mostSalt, mostTag],
      ] as const) {
        assert.equal(typeof read(saltLength, tagLength), 'function')
      }
      for (const [saltLength, tagLength] of [
        [leastSalt - 1, leastTag],
        [leastSalt, leastTag - 1],
        [mostSalt + 1, mostTag],
        [mostSalt, mostTag + 1],
      ] as const) {
        assert.throws(() => read(saltLength, tagLength), HashFault, `${saltLength} and ${tagLength}`)
      }
    })
  }

  test('SHA-crypt works on as long a password as people type, and on no longer one', async () => {
    // Each is that of `x` as often as is said, by glibc.
    const of256 = '$5$rounds=1000$dpV35uYA.hhWuCpl$PlUQsuLRxZkZZnAkC3ezjh9P1TZcqyynwyXA7rVDyS5'
    const of257 = '$5$rounds=1000$dpV35uYA.hhWuCpl$6xQoCPE9l5om1AyxmHDZKSeCPgE53qRhePBcaUaVAn0'
    assert.equal(await checkOf(of256)('x'.repeat(256)), true)
    assert.equal(await checkOf(of257)('x'.repeat(257)), false)
  })

  const passwords = createPasswords(realWorld, createPasswordRules([]))
  test('of a password that is not of our one spelling is checked as it was typed', async () => {
    const typed = 'ｌａｔｃｈ ﬁ'
    const stored = '$pbkdf2-sha256$i=1000$MDEyMzQ1Njc4OWFiY2RlZg$byXkmLX7mTy4BbxBXgllsVRm3MtUHcb+QIKpRg+xdik'
    assert.equal(await passwords.matches(typed, stored), true)
    assert.equal(await passwords.matches(typed.normalize('NFKC'), stored), false)
  })

  for (const [hash, isOutdated] of [
    ['$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$AAAA', false],
    ['$argon2id$v=19$m=102400,t=2,p=8$c2FsdHNhbHQ$AAAA', false],
    ['$argon2id$v=19$m=19455,t=2,p=1$c2FsdHNhbHQ$AAAA', true],
    ['$argon2id$v=19$m=65536,t=1,p=1$c2FsdHNhbHQ$AAAA', true],
    ['$argon2i$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$AAAA', true],
    ['$2b$12$zSPyRdERiReXvrsvk9rR5OT1jkiarfxodlNYkFjH4QIntEnMQQlmW', true],
    ['$pbkdf2-sha256$i=1000000$c2FsdHNhbHQ$AAAA', true],
  ] as const) {
    test(`${hash.slice(0, 30)}… is ${isOutdated ? '' : 'not '}outdated`, () => {
      assert.equal(passwords.isOutdated(hash), isOutdated)
    })
  }
})
