import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { ConnectorSummary, RunSummary, WaitingRow } from '../operations-port.ts';
import type { ReadEntry } from '../../../registry/audit/index.ts';
import type { ConversionDocument, ConversionRate as RateOfDepartment } from '../../../registry/conversions/index.ts';
import type { Finding } from '../../../domain/finding.ts';
import type { ApiContext } from '../../shared/index.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A calendar day, YYYY-MM-DD, in Asia/Shanghai. */
  Date: { input: string; output: string; }
  /** An instant in UTC, ISO 8601 with milliseconds. */
  DateTime: { input: string; output: Date | string; }
  /** A decimal number as text, so that no digit is lost; money is in 万元 with six places. */
  Decimal: { input: string; output: string; }
  /** Code of an administrative region, six digits. */
  RegionCode: { input: string; output: string; }
  /** Unified social credit code of an organisation: 18 characters, digits and capitals without I, O, S, V, Z. */
  USCC: { input: string; output: string; }
  _FieldSet: { input: string; output: string; }
};

/** An authority as a record names it. */
export type Authority = {
  /** Full name. */
  readonly name: Scalars['String']['output'];
  /** Region of the authority. */
  readonly region: Scalars['RegionCode']['output'];
  /** Unified social credit code. */
  readonly uscc: Scalars['USCC']['output'];
};

/** A registration, organisation or tax number by which departments name a subject, or a unified code whose check fails. */
export type CodeConversion = {
  /** Who says so: register or persons. */
  readonly by?: Maybe<Scalars['String']['output']>;
  /** Unified codes it may lead to. */
  readonly candidates: ReadonlyArray<Scalars['String']['output']>;
  /** The code as it is written in one form. */
  readonly code: Scalars['String']['output'];
  /** Connectors that met it. */
  readonly connectors: ReadonlyArray<Scalars['String']['output']>;
  /** Since when it leads somewhere. */
  readonly convertedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When it was met first. */
  readonly firstSeenAt: Scalars['DateTime']['output'];
  /** Id: kind and code. */
  readonly id: Scalars['ID']['output'];
  /** USCC, REGISTRATION_NO, ORGANISATION_CODE or TAX_NO. */
  readonly kind: Scalars['String']['output'];
  /** When it was met last. */
  readonly lastSeenAt: Scalars['DateTime']['output'];
  /** Names that sources gave with it. */
  readonly names: ReadonlyArray<Scalars['String']['output']>;
  /** Where it stands. */
  readonly state: ConversionState;
  /** Unified code it leads to. */
  readonly uscc?: Maybe<Scalars['String']['output']>;
};

/** A page of the conversion queue. */
export type CodeConversionConnection = {
  /** Codes of the page. */
  readonly edges: ReadonlyArray<CodeConversionEdge>;
  /** Which part of the queue this is. */
  readonly pageInfo: PageInfo;
};

/** A code and its place in the queue. */
export type CodeConversionEdge = {
  /** Opaque cursor. */
  readonly cursor: Scalars['String']['output'];
  /** The code. */
  readonly node: CodeConversion;
};

/** A declared way to read one source of one department. */
export type Connector = {
  /** Dataset it supplies. */
  readonly dataset: Scalars['String']['output'];
  /** Id of the connector. */
  readonly id: Scalars['ID']['output'];
  /** When its last run ended. */
  readonly lastRunAt?: Maybe<Scalars['DateTime']['output']>;
  /** Whether it collects or is asked live. */
  readonly mode: ConnectorMode;
  /** Region of the department. */
  readonly region: Scalars['RegionCode']['output'];
  /** Revision of its manifest that is served. */
  readonly revision: Scalars['String']['output'];
  /** Latest runs, newest first. */
  readonly runs?: Maybe<ReadonlyArray<Run>>;
  /** Title in English. */
  readonly titleEn: Scalars['String']['output'];
  /** Title in Chinese. */
  readonly titleZh: Scalars['String']['output'];
};


/** A declared way to read one source of one department. */
export type ConnectorRunsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** What is wrong with a connector while the hub runs. The last good manifest goes on, and nobody else is touched. */
export type ConnectorFault = {
  /** Stable code. */
  readonly code: Scalars['String']['output'];
  /** Id of the connector; null for what all share: datasets, code lists, the schema. */
  readonly connector?: Maybe<Scalars['String']['output']>;
  /** What is wrong, and where. */
  readonly message: Scalars['String']['output'];
  /** Revision of the manifest that goes on in its place; null: none. */
  readonly servedRevision?: Maybe<Scalars['String']['output']>;
  /** Since when. */
  readonly since: Scalars['DateTime']['output'];
};

/** Whether a connector fills the registry or is asked at query time. */
export type ConnectorMode =
  /** Rows go to the registry. */
  | 'COLLECT'
  /** Asked at query time, never stored. */
  | 'LIVE';

/** How many codes of one department are converted (存量代码转换率); each code counts once. */
export type ConversionRate = {
  /** Codes of its rows that are no sound unified codes … */
  readonly codes: Scalars['Int']['output'];
  /** … those that contradict each other. */
  readonly conflict: Scalars['Int']['output'];
  /** … of them those that lead to a unified code. */
  readonly converted: Scalars['Int']['output'];
  /** Code of the department. */
  readonly department: Scalars['USCC']['output'];
  /** Name of the department. */
  readonly name: Scalars['String']['output'];
  /** … those that a second person decides. */
  readonly requested: Scalars['Int']['output'];
  /** … those that nobody knows. */
  readonly waiting: Scalars['Int']['output'];
};

/** Where a code stands that sources write in place of a unified code (代码转换). */
export type ConversionState =
  /** Several subjects are, or one of another name. */
  | 'CONFLICT'
  /** It leads to a unified code. */
  | 'CONVERTED'
  /** A person says where it leads; a second one decides. */
  | 'REQUESTED'
  /** No subject is known for it. */
  | 'WAITING';

/** Who may see a record. */
export type DisclosureClass =
  /** Platforms of authorities, for a purpose. */
  | 'GOVERNMENT'
  /** Anyone, once published. */
  | 'PUBLIC'
  /** Only where an agreement names it. */
  | 'RESTRICTED';

/** Document and article that let the record be collected and shared. */
export type LegalBasis = {
  /** Article in it. */
  readonly article: Scalars['String']['output'];
  /** Title or number of the document. */
  readonly document: Scalars['String']['output'];
};

/** Anything that has an identity of its own. */
export type Node = {
  /** Opaque identity, stable over versions. */
  readonly id: Scalars['ID']['output'];
};

/** Which part of a list this page is. @see https://relay.dev/graphql/connections.htm */
export type PageInfo = {
  /** Cursor of the last entry of the page. */
  readonly endCursor?: Maybe<Scalars['String']['output']>;
  /** Whether the list goes on after this page. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** Whether the list has entries before this page. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** Cursor of the first entry of the page. */
  readonly startCursor?: Maybe<Scalars['String']['output']>;
};

/** Where one version of a record came from, and how it reached this answer. */
export type Provenance = {
  /** When its origin accepted this version. */
  readonly acceptedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Content hash of the statement: SHA-256 over canonical JSON. */
  readonly hash: Scalars['String']['output'];
  /** When this hub came to hold it; a live answer is not held. */
  readonly knownFrom?: Maybe<Scalars['DateTime']['output']>;
  /** Hub that first accepted the record. */
  readonly origin: Scalars['String']['output'];
  /** How an organisation gets a wrong record corrected. */
  readonly remedy: Scalars['String']['output'];
  /** Revision of the manifest, dataset and rules that judged it. */
  readonly ruleVersion: Scalars['String']['output'];
  /** Run that read it; a live answer has none. */
  readonly run?: Maybe<Scalars['String']['output']>;
  /** Connector that read it, or the source its origin names. */
  readonly source: Scalars['String']['output'];
  /** Hubs the version went through, the origin first. */
  readonly via: ReadonlyArray<Scalars['String']['output']>;
};

/** One cell of a row in quarantine. Persons' names are masked; numbers of persons and columns that are not read are never kept. */
export type QuarantineCell = {
  /** Column as the department names it. */
  readonly column: Scalars['String']['output'];
  /** Value, redacted. */
  readonly value: Scalars['String']['output'];
};

/** How many rows of a connector wait under one rule. */
export type QuarantineCount = {
  /** Connector the rows came by. */
  readonly connector: Scalars['String']['output'];
  /** How many. */
  readonly count: Scalars['Int']['output'];
  /** Rule that decided against them. */
  readonly rule: Scalars['String']['output'];
};

/** What one rule says against a row. */
export type QuarantineFinding = {
  /** Field the rule is about; null for the whole row. */
  readonly field?: Maybe<Scalars['String']['output']>;
  /** What the department should do; null for a connector's own rule. */
  readonly fixZh?: Maybe<Scalars['String']['output']>;
  /** Reason in English. */
  readonly reasonEn: Scalars['String']['output'];
  /** Reason in Chinese. */
  readonly reasonZh: Scalars['String']['output'];
  /** Whether it keeps the row out. */
  readonly rejects: Scalars['Boolean']['output'];
  /** Id of the rule: a global word or connector/R014. */
  readonly rule: Scalars['String']['output'];
};

/** A row that waits for its department, redacted, with all its findings. */
export type QuarantineRow = {
  /** Cells in the department's own order. */
  readonly cells: ReadonlyArray<QuarantineCell>;
  /** Connector the row came by, or hub and partner. */
  readonly connector: Scalars['String']['output'];
  /** Day until which the department answers. */
  readonly dueOn?: Maybe<Scalars['Date']['output']>;
  /** File it was read from; null for rows that came by no file. */
  readonly file?: Maybe<Scalars['String']['output']>;
  /** Every finding. */
  readonly findings: ReadonlyArray<QuarantineFinding>;
  /** When it was met first. */
  readonly firstSeenAt: Scalars['DateTime']['output'];
  /** Id of the entry. */
  readonly id: Scalars['ID']['output'];
  /** When it was met last. */
  readonly lastSeenAt: Scalars['DateTime']['output'];
  /** Whether that day is over. */
  readonly overdue: Scalars['Boolean']['output'];
  /** The source's own name for the row. */
  readonly row: Scalars['String']['output'];
  /** Where it stands. */
  readonly state: QuarantineState;
};

/** A page of rows in quarantine. */
export type QuarantineRowConnection = {
  /** Rows of the page. */
  readonly edges: ReadonlyArray<QuarantineRowEdge>;
  /** Which part of the list this is. */
  readonly pageInfo: PageInfo;
};

/** A row in quarantine and its place in the list. */
export type QuarantineRowEdge = {
  /** Opaque cursor. */
  readonly cursor: Scalars['String']['output'];
  /** The row. */
  readonly node: QuarantineRow;
};

/** Where a row stands that its department must still answer for. */
export type QuarantineState =
  /** It waits for a correction. */
  | 'OPEN'
  /** A second person did not let it in; it waits for a correction. */
  | 'OVERRIDE_REFUSED'
  /** Its department holds it right; a second person decides. */
  | 'OVERRIDE_REQUESTED';

/** Where every query begins. */
export type Query = {
  /** Codes that stand in place of unified codes; needs scope read:operations. */
  readonly codeConversions?: Maybe<CodeConversionConnection>;
  /** Connectors with a fault; needs scope read:operations. */
  readonly connectorFaults?: Maybe<ReadonlyArray<ConnectorFault>>;
  /** Connectors of this hub; needs scope read:operations. */
  readonly connectors?: Maybe<ReadonlyArray<Connector>>;
  /** Conversion rate of each department; needs scope read:operations. */
  readonly conversionRates?: Maybe<ReadonlyArray<ConversionRate>>;
  /** Rows in quarantine by connector and rule; needs scope read:operations. */
  readonly quarantine?: Maybe<ReadonlyArray<QuarantineCount>>;
  /** Rows in quarantine with their findings, redacted; needs scope read:operations. */
  readonly quarantineRows?: Maybe<QuarantineRowConnection>;
  /** Who read records of one authority or one connector, newest first; needs scope read:reads. */
  readonly reads?: Maybe<RecordReadConnection>;
  /** One run; needs scope read:operations. */
  readonly run?: Maybe<Run>;
  /** Runs of a connector, or of all, newest first; needs scope read:operations. */
  readonly runs?: Maybe<RunConnection>;
};


/** Where every query begins. */
export type QueryCodeConversionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  department?: InputMaybe<Scalars['USCC']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  state?: InputMaybe<ConversionState>;
};


/** Where every query begins. */
export type QueryQuarantineRowsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  connector?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  overdue?: InputMaybe<Scalars['Boolean']['input']>;
  rule?: InputMaybe<Scalars['String']['input']>;
};


/** Where every query begins. */
export type QueryReadsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  connector?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  producer?: InputMaybe<Scalars['USCC']['input']>;
};


/** Where every query begins. */
export type QueryRunArgs = {
  id: Scalars['ID']['input'];
};


/** Where every query begins. */
export type QueryRunsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  connector?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** Effect of a result for the asker, decided on reading from the agreement that both hold. Ends with its origin. */
export type Recognition = {
  /** Number of the agreement. */
  readonly agreementNumber?: Maybe<Scalars['String']['output']>;
  /** Version of the agreement. */
  readonly agreementVersion?: Maybe<Scalars['Int']['output']>;
  /** Body that decided on the agreement. */
  readonly decidedBy?: Maybe<Scalars['String']['output']>;
  /** Grade in the asker's own scheme, where the agreement maps it. */
  readonly localGrade?: Maybe<Scalars['String']['output']>;
  /** Whether the result has effect. */
  readonly outcome: RecognitionOutcome;
  /** Why not, as a stable word. */
  readonly reason?: Maybe<Scalars['String']['output']>;
};

/** Whether a result made elsewhere has effect for the asker. */
export type RecognitionOutcome =
  /** It has not; the reason says why. */
  | 'NOT_RECOGNISED'
  /** It has, under an agreement both hold. */
  | 'RECOGNISED';

/** One read by a platform: who read which records of one dataset and source, for whom, why, and when. */
export type RecordRead = {
  /** When the answer went out. */
  readonly at: Scalars['DateTime']['output'];
  /** Document and article that allow the purpose, as its token names them. */
  readonly basis?: Maybe<Scalars['String']['output']>;
  /** Dataset, or changes for the feed. */
  readonly dataset: Scalars['String']['output'];
  /** Platform for which it asked. */
  readonly onBehalfOf?: Maybe<Scalars['String']['output']>;
  /** Platform that asked. */
  readonly platform: Scalars['String']['output'];
  /** Code of the authority that made the statements. */
  readonly producer?: Maybe<Scalars['USCC']['output']>;
  /** Purpose it named. */
  readonly purpose?: Maybe<Scalars['String']['output']>;
  /** Keys of the records that were shown. */
  readonly records: ReadonlyArray<Scalars['ID']['output']>;
  /** Connector or hub the records came by. */
  readonly source?: Maybe<Scalars['String']['output']>;
  /** Trace of the request. */
  readonly traceId: Scalars['String']['output'];
};

/** A page of reads, the newest first. */
export type RecordReadConnection = {
  /** Reads of the page. */
  readonly edges: ReadonlyArray<RecordReadEdge>;
  /** Which part of the list this is. */
  readonly pageInfo: PageInfo;
};

/** A read and its place in the list. */
export type RecordReadEdge = {
  /** Opaque cursor. */
  readonly cursor: Scalars['String']['output'];
  /** The read. */
  readonly node: RecordRead;
};

/** How often one rule found something. */
export type RuleCount = {
  /** How often. */
  readonly count: Scalars['Int']['output'];
  /** Id of the rule. */
  readonly rule: Scalars['String']['output'];
};

/**
 * One run of a connector: read = accepted + unchanged + quarantined + refused, and + staged where nothing of what is staged
 * was accepted.
 */
export type Run = {
  /** Rows that became a version. */
  readonly accepted: Scalars['Int']['output'];
  /** Who or what started it. */
  readonly by: Scalars['String']['output'];
  /** A sample of what it would change, while it waits; 20 at most. */
  readonly changes?: Maybe<ReadonlyArray<RunChange>>;
  /** Connector that ran. */
  readonly connector: Scalars['String']['output'];
  /** Accepted rows that corrected one. */
  readonly corrected: Scalars['Int']['output'];
  /** Accepted rows that opened a record. */
  readonly created: Scalars['Int']['output'];
  /** What a person decided about it. */
  readonly decision?: Maybe<RunDecision>;
  /** When it ended. */
  readonly endedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Files read. */
  readonly files: ReadonlyArray<RunFile>;
  /** What each gate said. */
  readonly gates: ReadonlyArray<RunGate>;
  /** Id of the run. */
  readonly id: Scalars['ID']['output'];
  /** Records that a full read did not meet; null where it cannot say. */
  readonly missing?: Maybe<Scalars['Int']['output']>;
  /** Rows that wait for a correction. */
  readonly quarantined: Scalars['Int']['output'];
  /** Rows read. */
  readonly read: Scalars['Int']['output'];
  /** Rows about natural persons: counted, not kept. */
  readonly refused: Scalars['Int']['output'];
  /** Revision of manifest and dataset that judged it. */
  readonly revision: Scalars['String']['output'];
  /** How often each rule found something. */
  readonly rules: ReadonlyArray<RuleCount>;
  /** Rows that wait for a person, or were discarded. */
  readonly staged: Scalars['Int']['output'];
  /** When it began. */
  readonly startedAt: Scalars['DateTime']['output'];
  /** How it ended. */
  readonly state: Scalars['String']['output'];
  /** Rows that changed nothing. */
  readonly unchanged: Scalars['Int']['output'];
  /** Accepted rows that withdrew one. */
  readonly withdrawn: Scalars['Int']['output'];
};

/** A record that a waiting run would change. */
export type RunChange = {
  /** Fields that differ; none for a withdrawal. */
  readonly fields: ReadonlyArray<RunFieldChange>;
  /** Key of the record. */
  readonly key: Scalars['ID']['output'];
  /** corrected or withdrawn. */
  readonly outcome: Scalars['String']['output'];
  /** Row at the source. */
  readonly row: Scalars['String']['output'];
};

/** A page of runs, the newest first. */
export type RunConnection = {
  /** Runs of the page. */
  readonly edges: ReadonlyArray<RunEdge>;
  /** Which part of the list this is. */
  readonly pageInfo: PageInfo;
};

/** What a person decided about a run. */
export type RunDecision = {
  /** When. */
  readonly at: Scalars['DateTime']['output'];
  /** Who. */
  readonly by: Scalars['String']['output'];
  /** Why. */
  readonly reason: Scalars['String']['output'];
  /** RELEASED, DISCARDED or REVERTED. */
  readonly word: Scalars['String']['output'];
};

/** A run and its place in the list. */
export type RunEdge = {
  /** Opaque cursor. */
  readonly cursor: Scalars['String']['output'];
  /** The run. */
  readonly node: Run;
};

/** A field that a waiting run would change. No field about a person is shown. */
export type RunFieldChange = {
  /** Value staged. */
  readonly after: Scalars['String']['output'];
  /** Value held. */
  readonly before: Scalars['String']['output'];
  /** Name of the field. */
  readonly field: Scalars['String']['output'];
};

/** A file that a run read, or did not need to read again. */
export type RunFile = {
  /** Name in the department's folder. */
  readonly name: Scalars['String']['output'];
  /** Of a skipped file: the run that read it. */
  readonly readBy?: Maybe<Scalars['ID']['output']>;
  /** Rows read. */
  readonly rows: Scalars['Int']['output'];
  /** SHA-256 of its bytes. */
  readonly sha256: Scalars['String']['output'];
  /** SM3 of its bytes; null where the reader gave none. */
  readonly sm3?: Maybe<Scalars['String']['output']>;
  /** read, broken, or skipped. */
  readonly state: Scalars['String']['output'];
};

/** What one gate said of a run before anything of it was accepted. */
export type RunGate = {
  /** Fields, or columns that came (+) and went (-). */
  readonly about: ReadonlyArray<Scalars['String']['output']>;
  /** Figure: so many … */
  readonly count: Scalars['Int']['output'];
  /** rejectRate, changeRate, shrink, declaredTotal, codes or columns. */
  readonly gate: Scalars['String']['output'];
  /** … of so many; 0 where the figure is no share. */
  readonly of: Scalars['Int']['output'];
  /** Share from which on it stops the run; null: never. */
  readonly stop?: Maybe<Scalars['Float']['output']>;
  /** pass, warn, stop, or skipped where there was nothing to judge by. */
  readonly verdict: Scalars['String']['output'];
  /** Share from which on it warns; null: never. */
  readonly warn?: Maybe<Scalars['Float']['output']>;
};

/** One source of a dataset and what came of asking it, so that no record is never confused with not asked. */
export type SourceCoverage = {
  /** How fresh the answer is; the instant of the data, not of the answer. */
  readonly dataAt?: Maybe<Scalars['DateTime']['output']>;
  /** Dataset it was asked for. */
  readonly dataset: Scalars['String']['output'];
  /** Region the source answers for. */
  readonly region: Scalars['RegionCode']['output'];
  /** Rule that decided, where the status is not ANSWERED. */
  readonly rule?: Maybe<Scalars['String']['output']>;
  /** Connector, registry or hub that was to be asked. */
  readonly source: Scalars['String']['output'];
  /** How far the data is past the age its source promises. */
  readonly staleBySeconds?: Maybe<Scalars['Int']['output']>;
  /** What came of it. */
  readonly status: SourceStatus;
  /** Rows that were found and not shown because they failed a check. */
  readonly withheld: Scalars['Int']['output'];
};

/** What came of asking one source. */
export type SourceStatus =
  /** It was asked and its answer is whole. */
  | 'ANSWERED'
  /** Policy does not let this asker ask it. */
  | 'DENIED'
  /** It was left out; the rule says why. */
  | 'NOT_ASKED'
  /** It answered, but rows were withheld or malformed. */
  | 'PARTIAL'
  /** It answered from data older than its source promises. */
  | 'STALE'
  /** It gave no whole answer in time. */
  | 'TIMEOUT'
  /** It could not be reached or failed. */
  | 'UNAVAILABLE';



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  Connector: Connector;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Connector:
    ( { __typename: 'Connector' }
    & GraphQLRecursivePick<FederationTypes['Connector'], {"id":true}> );
};


/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Node: never;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Authority: ResolverTypeWrapper<Authority>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  CodeConversion: ResolverTypeWrapper<ConversionDocument>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  CodeConversionConnection: ResolverTypeWrapper<Omit<CodeConversionConnection, 'edges'> & { edges: ReadonlyArray<ResolversTypes['CodeConversionEdge']> }>;
  CodeConversionEdge: ResolverTypeWrapper<Omit<CodeConversionEdge, 'node'> & { node: ResolversTypes['CodeConversion'] }>;
  Connector: ResolverTypeWrapper<ConnectorSummary>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  ConnectorFault: ResolverTypeWrapper<ConnectorFault>;
  ConnectorMode: ConnectorMode;
  ConversionRate: ResolverTypeWrapper<RateOfDepartment>;
  ConversionState: ConversionState;
  Date: ResolverTypeWrapper<Scalars['Date']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Decimal: ResolverTypeWrapper<Scalars['Decimal']['output']>;
  DisclosureClass: DisclosureClass;
  LegalBasis: ResolverTypeWrapper<LegalBasis>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Provenance: ResolverTypeWrapper<Provenance>;
  QuarantineCell: ResolverTypeWrapper<QuarantineCell>;
  QuarantineCount: ResolverTypeWrapper<QuarantineCount>;
  QuarantineFinding: ResolverTypeWrapper<Finding>;
  QuarantineRow: ResolverTypeWrapper<WaitingRow>;
  QuarantineRowConnection: ResolverTypeWrapper<Omit<QuarantineRowConnection, 'edges'> & { edges: ReadonlyArray<ResolversTypes['QuarantineRowEdge']> }>;
  QuarantineRowEdge: ResolverTypeWrapper<Omit<QuarantineRowEdge, 'node'> & { node: ResolversTypes['QuarantineRow'] }>;
  QuarantineState: QuarantineState;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Recognition: ResolverTypeWrapper<Recognition>;
  RecognitionOutcome: RecognitionOutcome;
  RecordRead: ResolverTypeWrapper<ReadEntry>;
  RecordReadConnection: ResolverTypeWrapper<Omit<RecordReadConnection, 'edges'> & { edges: ReadonlyArray<ResolversTypes['RecordReadEdge']> }>;
  RecordReadEdge: ResolverTypeWrapper<Omit<RecordReadEdge, 'node'> & { node: ResolversTypes['RecordRead'] }>;
  RegionCode: ResolverTypeWrapper<Scalars['RegionCode']['output']>;
  RuleCount: ResolverTypeWrapper<RuleCount>;
  Run: ResolverTypeWrapper<RunSummary>;
  RunChange: ResolverTypeWrapper<RunChange>;
  RunConnection: ResolverTypeWrapper<Omit<RunConnection, 'edges'> & { edges: ReadonlyArray<ResolversTypes['RunEdge']> }>;
  RunDecision: ResolverTypeWrapper<RunDecision>;
  RunEdge: ResolverTypeWrapper<Omit<RunEdge, 'node'> & { node: ResolversTypes['Run'] }>;
  RunFieldChange: ResolverTypeWrapper<RunFieldChange>;
  RunFile: ResolverTypeWrapper<RunFile>;
  RunGate: ResolverTypeWrapper<RunGate>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  SourceCoverage: ResolverTypeWrapper<SourceCoverage>;
  SourceStatus: SourceStatus;
  USCC: ResolverTypeWrapper<Scalars['USCC']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Authority: Authority;
  String: Scalars['String']['output'];
  CodeConversion: ConversionDocument;
  ID: Scalars['ID']['output'];
  CodeConversionConnection: Omit<CodeConversionConnection, 'edges'> & { edges: ReadonlyArray<ResolversParentTypes['CodeConversionEdge']> };
  CodeConversionEdge: Omit<CodeConversionEdge, 'node'> & { node: ResolversParentTypes['CodeConversion'] };
  Connector: ConnectorSummary;
  Int: Scalars['Int']['output'];
  ConnectorFault: ConnectorFault;
  ConversionRate: RateOfDepartment;
  Date: Scalars['Date']['output'];
  DateTime: Scalars['DateTime']['output'];
  Decimal: Scalars['Decimal']['output'];
  LegalBasis: LegalBasis;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  PageInfo: PageInfo;
  Boolean: Scalars['Boolean']['output'];
  Provenance: Provenance;
  QuarantineCell: QuarantineCell;
  QuarantineCount: QuarantineCount;
  QuarantineFinding: Finding;
  QuarantineRow: WaitingRow;
  QuarantineRowConnection: Omit<QuarantineRowConnection, 'edges'> & { edges: ReadonlyArray<ResolversParentTypes['QuarantineRowEdge']> };
  QuarantineRowEdge: Omit<QuarantineRowEdge, 'node'> & { node: ResolversParentTypes['QuarantineRow'] };
  Query: Record<PropertyKey, never>;
  Recognition: Recognition;
  RecordRead: ReadEntry;
  RecordReadConnection: Omit<RecordReadConnection, 'edges'> & { edges: ReadonlyArray<ResolversParentTypes['RecordReadEdge']> };
  RecordReadEdge: Omit<RecordReadEdge, 'node'> & { node: ResolversParentTypes['RecordRead'] };
  RegionCode: Scalars['RegionCode']['output'];
  RuleCount: RuleCount;
  Run: RunSummary;
  RunChange: RunChange;
  RunConnection: Omit<RunConnection, 'edges'> & { edges: ReadonlyArray<ResolversParentTypes['RunEdge']> };
  RunDecision: RunDecision;
  RunEdge: Omit<RunEdge, 'node'> & { node: ResolversParentTypes['Run'] };
  RunFieldChange: RunFieldChange;
  RunFile: RunFile;
  RunGate: RunGate;
  Float: Scalars['Float']['output'];
  SourceCoverage: SourceCoverage;
  USCC: Scalars['USCC']['output'];
};

export type AuthorityResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Authority'] = ResolversParentTypes['Authority']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  region?: Resolver<ResolversTypes['RegionCode'], ParentType, ContextType>;
  uscc?: Resolver<ResolversTypes['USCC'], ParentType, ContextType>;
};

export type CodeConversionResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['CodeConversion'] = ResolversParentTypes['CodeConversion']> = {
  by?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  candidates?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  connectors?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  convertedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  firstSeenAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  lastSeenAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  names?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ConversionState'], ParentType, ContextType>;
  uscc?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type CodeConversionConnectionResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['CodeConversionConnection'] = ResolversParentTypes['CodeConversionConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['CodeConversionEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type CodeConversionEdgeResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['CodeConversionEdge'] = ResolversParentTypes['CodeConversionEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['CodeConversion'], ParentType, ContextType>;
};

export type ConnectorResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Connector'] = ResolversParentTypes['Connector'], FederationReferenceType extends FederationReferenceTypes['Connector'] = FederationReferenceTypes['Connector']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Connector']> | FederationReferenceType, FederationReferenceType, ContextType>;
  dataset?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lastRunAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  mode?: Resolver<ResolversTypes['ConnectorMode'], ParentType, ContextType>;
  region?: Resolver<ResolversTypes['RegionCode'], ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  runs?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Run']>>, ParentType, ContextType, RequireFields<ConnectorRunsArgs, 'first'>>;
  titleEn?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  titleZh?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ConnectorFaultResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['ConnectorFault'] = ResolversParentTypes['ConnectorFault']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  connector?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  servedRevision?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  since?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type ConversionRateResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['ConversionRate'] = ResolversParentTypes['ConversionRate']> = {
  codes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  conflict?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  converted?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  department?: Resolver<ResolversTypes['USCC'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  requested?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  waiting?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export interface DateScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Date'], any> {
  name: 'Date';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface DecimalScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Decimal'], any> {
  name: 'Decimal';
}

export type LegalBasisResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['LegalBasis'] = ResolversParentTypes['LegalBasis']> = {
  article?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  document?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type NodeResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType?: TypeResolveFn<null, ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ProvenanceResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Provenance'] = ResolversParentTypes['Provenance']> = {
  acceptedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  hash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  knownFrom?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  origin?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  remedy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  ruleVersion?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  run?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  source?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  via?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
};

export type QuarantineCellResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['QuarantineCell'] = ResolversParentTypes['QuarantineCell']> = {
  column?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type QuarantineCountResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['QuarantineCount'] = ResolversParentTypes['QuarantineCount']> = {
  connector?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  rule?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type QuarantineFindingResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['QuarantineFinding'] = ResolversParentTypes['QuarantineFinding']> = {
  field?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  fixZh?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  reasonEn?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reasonZh?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  rejects?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  rule?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type QuarantineRowResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['QuarantineRow'] = ResolversParentTypes['QuarantineRow']> = {
  cells?: Resolver<ReadonlyArray<ResolversTypes['QuarantineCell']>, ParentType, ContextType>;
  connector?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  dueOn?: Resolver<Maybe<ResolversTypes['Date']>, ParentType, ContextType>;
  file?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  findings?: Resolver<ReadonlyArray<ResolversTypes['QuarantineFinding']>, ParentType, ContextType>;
  firstSeenAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lastSeenAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  overdue?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  row?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['QuarantineState'], ParentType, ContextType>;
};

export type QuarantineRowConnectionResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['QuarantineRowConnection'] = ResolversParentTypes['QuarantineRowConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['QuarantineRowEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type QuarantineRowEdgeResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['QuarantineRowEdge'] = ResolversParentTypes['QuarantineRowEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['QuarantineRow'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  codeConversions?: Resolver<Maybe<ResolversTypes['CodeConversionConnection']>, ParentType, ContextType, RequireFields<QueryCodeConversionsArgs, 'first'>>;
  connectorFaults?: Resolver<Maybe<ReadonlyArray<ResolversTypes['ConnectorFault']>>, ParentType, ContextType>;
  connectors?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Connector']>>, ParentType, ContextType>;
  conversionRates?: Resolver<Maybe<ReadonlyArray<ResolversTypes['ConversionRate']>>, ParentType, ContextType>;
  quarantine?: Resolver<Maybe<ReadonlyArray<ResolversTypes['QuarantineCount']>>, ParentType, ContextType>;
  quarantineRows?: Resolver<Maybe<ResolversTypes['QuarantineRowConnection']>, ParentType, ContextType, RequireFields<QueryQuarantineRowsArgs, 'first' | 'overdue'>>;
  reads?: Resolver<Maybe<ResolversTypes['RecordReadConnection']>, ParentType, ContextType, RequireFields<QueryReadsArgs, 'first'>>;
  run?: Resolver<Maybe<ResolversTypes['Run']>, ParentType, ContextType, RequireFields<QueryRunArgs, 'id'>>;
  runs?: Resolver<Maybe<ResolversTypes['RunConnection']>, ParentType, ContextType, RequireFields<QueryRunsArgs, 'first'>>;
};

export type RecognitionResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Recognition'] = ResolversParentTypes['Recognition']> = {
  agreementNumber?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  agreementVersion?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  decidedBy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  localGrade?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['RecognitionOutcome'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type RecordReadResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['RecordRead'] = ResolversParentTypes['RecordRead']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  basis?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  dataset?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  onBehalfOf?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  platform?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  producer?: Resolver<Maybe<ResolversTypes['USCC']>, ParentType, ContextType>;
  purpose?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  records?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  source?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  traceId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type RecordReadConnectionResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['RecordReadConnection'] = ResolversParentTypes['RecordReadConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['RecordReadEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type RecordReadEdgeResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['RecordReadEdge'] = ResolversParentTypes['RecordReadEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['RecordRead'], ParentType, ContextType>;
};

export interface RegionCodeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['RegionCode'], any> {
  name: 'RegionCode';
}

export type RuleCountResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['RuleCount'] = ResolversParentTypes['RuleCount']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  rule?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type RunResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Run'] = ResolversParentTypes['Run']> = {
  accepted?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  by?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  changes?: Resolver<Maybe<ReadonlyArray<ResolversTypes['RunChange']>>, ParentType, ContextType>;
  connector?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  corrected?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  created?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  decision?: Resolver<Maybe<ResolversTypes['RunDecision']>, ParentType, ContextType>;
  endedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  files?: Resolver<ReadonlyArray<ResolversTypes['RunFile']>, ParentType, ContextType>;
  gates?: Resolver<ReadonlyArray<ResolversTypes['RunGate']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  missing?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  quarantined?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  read?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  refused?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  rules?: Resolver<ReadonlyArray<ResolversTypes['RuleCount']>, ParentType, ContextType>;
  staged?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  unchanged?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  withdrawn?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type RunChangeResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['RunChange'] = ResolversParentTypes['RunChange']> = {
  fields?: Resolver<ReadonlyArray<ResolversTypes['RunFieldChange']>, ParentType, ContextType>;
  key?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  row?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type RunConnectionResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['RunConnection'] = ResolversParentTypes['RunConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['RunEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type RunDecisionResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['RunDecision'] = ResolversParentTypes['RunDecision']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  by?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  word?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type RunEdgeResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['RunEdge'] = ResolversParentTypes['RunEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Run'], ParentType, ContextType>;
};

export type RunFieldChangeResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['RunFieldChange'] = ResolversParentTypes['RunFieldChange']> = {
  after?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  before?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type RunFileResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['RunFile'] = ResolversParentTypes['RunFile']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  readBy?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  rows?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sha256?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sm3?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type RunGateResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['RunGate'] = ResolversParentTypes['RunGate']> = {
  about?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  gate?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  of?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  stop?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  verdict?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  warn?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type SourceCoverageResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['SourceCoverage'] = ResolversParentTypes['SourceCoverage']> = {
  dataAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  dataset?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  region?: Resolver<ResolversTypes['RegionCode'], ParentType, ContextType>;
  rule?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  source?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  staleBySeconds?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['SourceStatus'], ParentType, ContextType>;
  withheld?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export interface UsccScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['USCC'], any> {
  name: 'USCC';
}

export type Resolvers<ContextType = ApiContext> = {
  Authority?: AuthorityResolvers<ContextType>;
  CodeConversion?: CodeConversionResolvers<ContextType>;
  CodeConversionConnection?: CodeConversionConnectionResolvers<ContextType>;
  CodeConversionEdge?: CodeConversionEdgeResolvers<ContextType>;
  Connector?: ConnectorResolvers<ContextType>;
  ConnectorFault?: ConnectorFaultResolvers<ContextType>;
  ConversionRate?: ConversionRateResolvers<ContextType>;
  Date?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  Decimal?: GraphQLScalarType;
  LegalBasis?: LegalBasisResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Provenance?: ProvenanceResolvers<ContextType>;
  QuarantineCell?: QuarantineCellResolvers<ContextType>;
  QuarantineCount?: QuarantineCountResolvers<ContextType>;
  QuarantineFinding?: QuarantineFindingResolvers<ContextType>;
  QuarantineRow?: QuarantineRowResolvers<ContextType>;
  QuarantineRowConnection?: QuarantineRowConnectionResolvers<ContextType>;
  QuarantineRowEdge?: QuarantineRowEdgeResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Recognition?: RecognitionResolvers<ContextType>;
  RecordRead?: RecordReadResolvers<ContextType>;
  RecordReadConnection?: RecordReadConnectionResolvers<ContextType>;
  RecordReadEdge?: RecordReadEdgeResolvers<ContextType>;
  RegionCode?: GraphQLScalarType;
  RuleCount?: RuleCountResolvers<ContextType>;
  Run?: RunResolvers<ContextType>;
  RunChange?: RunChangeResolvers<ContextType>;
  RunConnection?: RunConnectionResolvers<ContextType>;
  RunDecision?: RunDecisionResolvers<ContextType>;
  RunEdge?: RunEdgeResolvers<ContextType>;
  RunFieldChange?: RunFieldChangeResolvers<ContextType>;
  RunFile?: RunFileResolvers<ContextType>;
  RunGate?: RunGateResolvers<ContextType>;
  SourceCoverage?: SourceCoverageResolvers<ContextType>;
  USCC?: GraphQLScalarType;
};

