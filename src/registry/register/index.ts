export { projectRegister } from './project-register.ts';
