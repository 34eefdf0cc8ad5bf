export * from './errors.ts';
export * from './sftp-session.ts';
