export {
  createDevice,
  type Device,
  type DeviceCredentials,
  DeviceError,
  type DeviceErrorCode,
  type DeviceOptions,
} from './device.ts'
export { loadOrCreateDeviceKey } from './device-key.ts'
export { type DeviceCommand, type DeviceTopics, topicsOf } from './topics.ts'
