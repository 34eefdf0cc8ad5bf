export * from './errors.ts';
export * from './sftp-fetch.ts';
export * from './sftp-session.ts';
