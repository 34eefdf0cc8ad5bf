export * from './identity-store.ts';
export * from './register-store.ts';
export {
  countSubjects,
  eraseSubject,
  findSubject,
  findSubjects,
  noteSubjects,
  subjectModel,
} from './subject-store.ts';
export * from './subject.ts';
