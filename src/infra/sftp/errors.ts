/** Errors of the SFTP closet. */
export const SFTP_ERRORS = [
  {
    code: 'SFTP_HOST_KEY',
    kind: 'config',
    zh: 'SFTP 服务器的主机密钥与登记的指纹不符，未发送任何内容',
    en: 'The host key of the SFTP server is not the declared one; nothing was sent.',
  },
  {
    code: 'SFTP_LOGIN',
    kind: 'config',
    zh: 'SFTP 服务器拒绝登录',
    en: 'The SFTP server refuses the login.',
  },
  {
    code: 'SFTP_UNREACHABLE',
    kind: 'transient',
    zh: 'SFTP 服务器连接不上或连接中断',
    en: 'The SFTP server cannot be reached, or the connection broke.',
  },
  { code: 'SFTP_TIMEOUT', kind: 'transient', zh: 'SFTP 操作超时', en: 'The SFTP work took too long.' },
  {
    code: 'SFTP_FAILED',
    kind: 'refused',
    zh: 'SFTP 服务器拒绝操作',
    en: 'The SFTP server refused an operation.',
  },
  {
    code: 'SFTP_TOO_LARGE',
    kind: 'refused',
    zh: 'SFTP 服务器上的文件超过大小上限',
    en: 'A file of the SFTP server is larger than allowed.',
  },
] as const;
