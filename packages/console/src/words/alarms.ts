import { translations } from './translations.ts'

/** What alarms and their rules are called, on their pages. */
export const alarmWords = translations(
  {
    brute_force: 'Many wrong sign-ins of one account',
    credential_stuffing: 'Wrong sign-ins of many accounts from one address',
    new_country: 'Sign-in from a new country',
    impossible_travel: 'Travel that is not possible',
    refresh_reuse: 'A refresh token was used twice',
    device_impersonation: 'Somebody tried to pass for a device',
    refused_burst: 'Many refused requests',
    device_offline: 'Device offline for long',
    key_ending: 'A key or certificate is about to end',
    job_failing: 'Background work fails',
    witness_disagrees: 'A witness disagrees with the log',
    backup_failed: 'A backup failed',
    segment_damaged: 'A part of the archive is damaged',
    retention_missed: 'Retention failed',
    webhook_off: 'A webhook was switched off',
    other_alarm: 'Another alarm of the log',
    rule: 'Rule',
    severity: 'Severity',
    low: 'low',
    medium: 'medium',
    high: 'high',
    critical: 'critical',
    about: 'About',
    state: 'State',
    any: 'any',
    reason: 'Reason',
    until: 'Until',
    madeBy: 'By',
    operator: 'operator',
    silence: 'Silence',
    everybody: 'all',
  },
  {
    brute_force: '同一帳號多次登入失敗',
    credential_stuffing: '同一位址對多個帳號登入失敗',
    new_country: '從新的國家登入',
    impossible_travel: '不可能的移動',
    refresh_reuse: '更新權杖被重複使用',
    device_impersonation: '有人試圖冒充裝置',
    refused_burst: '大量請求被拒絕',
    device_offline: '裝置長時間離線',
    key_ending: '金鑰或憑證即將到期',
    job_failing: '背景工作失敗',
    witness_disagrees: '見證者與紀錄不一致',
    backup_failed: '備份失敗',
    segment_damaged: '封存的一部分已損壞',
    retention_missed: '保留作業失敗',
    webhook_off: 'Webhook 已停用',
    other_alarm: '紀錄中的其他警報',
    rule: '規則',
    severity: '嚴重程度',
    low: '低',
    medium: '中',
    high: '高',
    critical: '嚴重',
    about: '對象',
    state: '狀態',
    any: '不限',
    reason: '原因',
    until: '直到',
    madeBy: '設定者',
    operator: '營運者',
    silence: '靜音',
    everybody: '全部',
  },
)

type AlarmWords = (typeof alarmWords)['en']

/** A rule of a newer server, and one that somebody has added, has no words here. */
export function ruleName(say: AlarmWords, rule: string, title: string | null = null): string {
  if (title !== null) return title
  const named: unknown = Object.hasOwn(say, rule) ? say[rule as keyof AlarmWords] : undefined
  return typeof named === 'string' ? named : rule
}

export const ruleNames = [
  'brute_force',
  'credential_stuffing',
  'new_country',
  'impossible_travel',
  'refresh_reuse',
  'device_impersonation',
  'refused_burst',
  'device_offline',
  'key_ending',
  'job_failing',
  'witness_disagrees',
  'backup_failed',
  'segment_damaged',
  'retention_missed',
  'webhook_off',
  'other_alarm',
] as const

export const severities = ['low', 'medium', 'high', 'critical'] as const
