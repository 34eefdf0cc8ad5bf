import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { SubjectStub } from '../exchange-view.ts';
import type { PartnerTerms } from '../../../contracts/manifests/index.ts';
import type { HolderFacts, RecordHoldersView, StatementView } from '../exchange-port.ts';
import type { ChangeDocument } from '../../../registry/changes/index.ts';
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

/** One version of one record, in the order this hub came to hold it. No content: ask the subject for that. */
export type Change = {
  /** When this hub sequenced it. */
  readonly at: Scalars['DateTime']['output'];
  /** Dataset of the record. */
  readonly dataset: Scalars['String']['output'];
  /** What the version does: UPSERT, CORRECT or WITHDRAW. */
  readonly operation: Scalars['String']['output'];
  /** Hub that first accepted the record. */
  readonly origin: Scalars['String']['output'];
  /** Record key, a hash. */
  readonly recordKey: Scalars['ID']['output'];
  /** Position in the gapless sequence. */
  readonly seq: Scalars['Int']['output'];
  /** Organisation the record is about. */
  readonly subject?: Maybe<CreditSubject>;
  /** Version of the record. */
  readonly version: Scalars['Int']['output'];
};

/** A page of changes. */
export type ChangeConnection = {
  /** Changes of the page in order. */
  readonly edges: ReadonlyArray<ChangeEdge>;
  /** Which part of the feed this is. */
  readonly pageInfo: PageInfo;
};

/** A change and its place. */
export type ChangeEdge = {
  /** Cursor of the change. */
  readonly cursor: Scalars['String']['output'];
  /** The change. */
  readonly node: Change;
};

/** The organisation a change is about; `subjects` resolves it. */
export type CreditSubject = {
  /** Unified social credit code. */
  readonly uscc: Scalars['USCC']['output'];
};

/** How many deliveries to a partner are in one state. */
export type DeliveryCount = {
  /** How many. */
  readonly count: Scalars['Int']['output'];
  /** State of the delivery. */
  readonly state: Scalars['String']['output'];
};

/** Who may see a record. */
export type DisclosureClass =
  /** Platforms of authorities, for a purpose. */
  | 'GOVERNMENT'
  /** Anyone, once published. */
  | 'PUBLIC'
  /** Only where an agreement names it. */
  | 'RESTRICTED';

/** A platform that holds a record, or may hold it, by its signed receipts. */
export type Holder = {
  /** Platform that vouches for it; null where its own signature was verified. */
  readonly attestedBy?: Maybe<Scalars['ID']['output']>;
  /** Whether it has the newest version, or the withdrawal in its place. */
  readonly current: Scalars['Boolean']['output'];
  /** Whether the content it confirmed is that of this version or its withdrawal. */
  readonly hashMatches?: Maybe<Scalars['Boolean']['output']>;
  /** Whether a correction or withdrawal was due to it too long ago. */
  readonly overdue: Scalars['Boolean']['output'];
  /** Id of the platform. */
  readonly platform: Scalars['ID']['output'];
  /** Platforms that reported it: the one that delivered to it first; empty for a partner of this hub. */
  readonly reportedBy: ReadonlyArray<Scalars['ID']['output']>;
  /** Rule by which it refused. */
  readonly rule?: Maybe<Scalars['String']['output']>;
  /** Since when it holds that version, by its own clock. */
  readonly since?: Maybe<Scalars['DateTime']['output']>;
  /** How it stands. */
  readonly state: HolderState;
  /** Version it confirmed last. */
  readonly version?: Maybe<Scalars['Int']['output']>;
  /** Since when it should have what it has not confirmed. */
  readonly waitingSince?: Maybe<Scalars['DateTime']['output']>;
};

/** How a holder stands against the version that it should have. */
export type HolderState =
  /** It has the newest version. */
  | 'CONFIRMED'
  /** It did not take the version. */
  | 'REFUSED'
  /** Nobody knows: a version is on its way, or it has not confirmed the newest one. */
  | 'UNKNOWN'
  /** It holds the withdrawal of the record. */
  | 'WITHDRAWN';

/** Document and article that let the record be collected and shared. */
export type LegalBasis = {
  /** Article in it. */
  readonly article: Scalars['String']['output'];
  /** Title or number of the document. */
  readonly document: Scalars['String']['output'];
};

/** The asker as this hub sees it. */
export type Me = {
  /** Document and article that allow the purpose, as the token names them. */
  readonly basis?: Maybe<Scalars['String']['output']>;
  /** PUBLIC, PARTNER or OWN. */
  readonly channel: Scalars['String']['output'];
  /** Platform for which it asks. */
  readonly onBehalfOf?: Maybe<Scalars['String']['output']>;
  /** Platform that signed the request. */
  readonly platform?: Maybe<Scalars['String']['output']>;
  /** Purpose it named. */
  readonly purpose?: Maybe<Scalars['String']['output']>;
  /** What it may still ask for in the present minute; null for the hub itself, which is not counted. */
  readonly quota?: Maybe<Quota>;
  /** What it may ask. */
  readonly scopes: ReadonlyArray<Scalars['String']['output']>;
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

/** A platform this hub exchanges with. */
export type Partner = {
  /** Datasets this hub asks it for at query time. */
  readonly askedDatasets: ReadonlyArray<Scalars['String']['output']>;
  /** What is owed to it and what became of that, by state; for operators. */
  readonly deliveries?: Maybe<ReadonlyArray<DeliveryCount>>;
  /** Id of the platform. */
  readonly id: Scalars['ID']['output'];
  /** Name in English. */
  readonly nameEn: Scalars['String']['output'];
  /** Name in Chinese. */
  readonly nameZh: Scalars['String']['output'];
  /** Region it answers for. */
  readonly region: Scalars['RegionCode']['output'];
  /** Whose platform it is, seen from this hub. */
  readonly relation: PartnerRelation;
};

/** Whose platform a partner is, seen from this hub. */
export type PartnerRelation =
  /** A level below. */
  | 'CHILD'
  /** The next level up. */
  | 'PARENT'
  /** Another region. */
  | 'PEER';

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

/** Where every query begins. */
export type Query = {
  /**
   * Changes after a position, in order; needs scope read:changes, and tells of those records alone that the asker may read by
   * kind and region. A page may have fewer edges than were asked for, or none: go on from its endCursor while it has a next one.
   */
  readonly changes?: Maybe<ChangeConnection>;
  /** Who holds a record; needs scope read:holders. A partner asks about records that began at it. */
  readonly holders?: Maybe<RecordHolders>;
  /** Who asks. */
  readonly me?: Maybe<Me>;
  /** Platforms this hub exchanges with. */
  readonly partners?: Maybe<ReadonlyArray<Partner>>;
  /** Last statements of reconciliation with a platform, newest first; null for an unknown one; needs scope read:operations. */
  readonly reconciliation?: Maybe<ReadonlyArray<ReconciliationStatement>>;
};


/** Where every query begins. */
export type QueryChangesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** Where every query begins. */
export type QueryHoldersArgs = {
  record: Scalars['ID']['input'];
};


/** Where every query begins. */
export type QueryReconciliationArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  partner: Scalars['ID']['input'];
};

/** Cost units an asker may still ask for. */
export type Quota = {
  /** Units in the whole window. */
  readonly limit: Scalars['Int']['output'];
  /** Units that are left after this request. */
  readonly remaining: Scalars['Int']['output'];
  /** When the whole limit is there again, if nothing is asked meanwhile. */
  readonly resetAt: Scalars['DateTime']['output'];
  /** Length of the window in seconds. */
  readonly windowSeconds: Scalars['Int']['output'];
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

/** How many records of each class differ, seen from the sender. */
export type ReconciliationDifferences = {
  /** The same version with other content. */
  readonly conflicting: Scalars['Int']['output'];
  /** Moved while the two were compared; no differences. */
  readonly inFlight: Scalars['Int']['output'];
  /** The receiver has a record that the sender does not know. */
  readonly missingHere: Scalars['Int']['output'];
  /** Owed, and the receiver has no version. */
  readonly missingThere: Scalars['Int']['output'];
  /** The receiver has a newer version: the sender was set back. */
  readonly staleHere: Scalars['Int']['output'];
  /** The receiver has an older version. */
  readonly staleThere: Scalars['Int']['output'];
};

/** One side's set of current record versions at a position of its own sequence. */
export type ReconciliationSide = {
  /** When the side took stock. */
  readonly at: Scalars['DateTime']['output'];
  /** Records in the set. */
  readonly count: Scalars['Int']['output'];
  /** Merkle root over the set. */
  readonly root: Scalars['String']['output'];
  /** Position that the set includes. */
  readonly seq: Scalars['Int']['output'];
};

/** What two platforms signed about one set of records 对账. */
export type ReconciliationStatement = {
  /** When the comparison ended. */
  readonly at: Scalars['DateTime']['output'];
  /** Null where both sides were equal. */
  readonly differences?: Maybe<ReconciliationDifferences>;
  /** The statement as both signed it, in canonical JSON; `xinqiao verify` checks it offline. */
  readonly document: Scalars['String']['output'];
  /** Whether both sides held exactly the same. */
  readonly equal: Scalars['Boolean']['output'];
  /** What the receiver held. */
  readonly held: ReconciliationSide;
  /** Records of which the sender kept the current version back. */
  readonly heldBack: Scalars['Int']['output'];
  /** Id, the same on both sides. */
  readonly id: Scalars['ID']['output'];
  /** Records whose current version was on its way. */
  readonly inFlight: Scalars['Int']['output'];
  /** What the sender owed. */
  readonly owed: ReconciliationSide;
  /** Platform that holds them. */
  readonly receiver: Scalars['String']['output'];
  /** Records of which the receiver refused the current version. */
  readonly refused: Scalars['Int']['output'];
  /** Platform that owes the records. */
  readonly sender: Scalars['String']['output'];
};

/** Who holds a record. */
export type RecordHolders = {
  /** Every holder that is known; partners of this hub first. */
  readonly holders: ReadonlyArray<Holder>;
  /** Hub that first accepted the record. */
  readonly origin: Scalars['String']['output'];
  /** Record key, a hash. */
  readonly recordKey: Scalars['ID']['output'];
  /** Newest version here. */
  readonly version: Scalars['Int']['output'];
  /** Whether the newest version is a withdrawal. */
  readonly withdrawn: Scalars['Boolean']['output'];
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
  Partner: Partner;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Partner:
    ( { __typename: 'Partner' }
    & GraphQLRecursivePick<FederationTypes['Partner'], {"id":true}> );
};


/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Node: never;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Authority: ResolverTypeWrapper<Authority>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Change: ResolverTypeWrapper<ChangeDocument>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  ChangeConnection: ResolverTypeWrapper<Omit<ChangeConnection, 'edges'> & { edges: ReadonlyArray<ResolversTypes['ChangeEdge']> }>;
  ChangeEdge: ResolverTypeWrapper<Omit<ChangeEdge, 'node'> & { node: ResolversTypes['Change'] }>;
  CreditSubject: ResolverTypeWrapper<SubjectStub>;
  Date: ResolverTypeWrapper<Scalars['Date']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Decimal: ResolverTypeWrapper<Scalars['Decimal']['output']>;
  DeliveryCount: ResolverTypeWrapper<DeliveryCount>;
  DisclosureClass: DisclosureClass;
  Holder: ResolverTypeWrapper<HolderFacts>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  HolderState: HolderState;
  LegalBasis: ResolverTypeWrapper<LegalBasis>;
  Me: ResolverTypeWrapper<Me>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Partner: ResolverTypeWrapper<PartnerTerms>;
  PartnerRelation: PartnerRelation;
  Provenance: ResolverTypeWrapper<Provenance>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Quota: ResolverTypeWrapper<Quota>;
  Recognition: ResolverTypeWrapper<Recognition>;
  RecognitionOutcome: RecognitionOutcome;
  ReconciliationDifferences: ResolverTypeWrapper<ReconciliationDifferences>;
  ReconciliationSide: ResolverTypeWrapper<ReconciliationSide>;
  ReconciliationStatement: ResolverTypeWrapper<StatementView>;
  RecordHolders: ResolverTypeWrapper<RecordHoldersView>;
  RegionCode: ResolverTypeWrapper<Scalars['RegionCode']['output']>;
  SourceCoverage: ResolverTypeWrapper<SourceCoverage>;
  SourceStatus: SourceStatus;
  USCC: ResolverTypeWrapper<Scalars['USCC']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Authority: Authority;
  String: Scalars['String']['output'];
  Change: ChangeDocument;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  ChangeConnection: Omit<ChangeConnection, 'edges'> & { edges: ReadonlyArray<ResolversParentTypes['ChangeEdge']> };
  ChangeEdge: Omit<ChangeEdge, 'node'> & { node: ResolversParentTypes['Change'] };
  CreditSubject: SubjectStub;
  Date: Scalars['Date']['output'];
  DateTime: Scalars['DateTime']['output'];
  Decimal: Scalars['Decimal']['output'];
  DeliveryCount: DeliveryCount;
  Holder: HolderFacts;
  Boolean: Scalars['Boolean']['output'];
  LegalBasis: LegalBasis;
  Me: Me;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  PageInfo: PageInfo;
  Partner: PartnerTerms;
  Provenance: Provenance;
  Query: Record<PropertyKey, never>;
  Quota: Quota;
  Recognition: Recognition;
  ReconciliationDifferences: ReconciliationDifferences;
  ReconciliationSide: ReconciliationSide;
  ReconciliationStatement: StatementView;
  RecordHolders: RecordHoldersView;
  RegionCode: Scalars['RegionCode']['output'];
  SourceCoverage: SourceCoverage;
  USCC: Scalars['USCC']['output'];
};

export type AuthorityResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Authority'] = ResolversParentTypes['Authority']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  region?: Resolver<ResolversTypes['RegionCode'], ParentType, ContextType>;
  uscc?: Resolver<ResolversTypes['USCC'], ParentType, ContextType>;
};

export type ChangeResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Change'] = ResolversParentTypes['Change']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  dataset?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  operation?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  origin?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  recordKey?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  subject?: Resolver<Maybe<ResolversTypes['CreditSubject']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ChangeConnectionResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['ChangeConnection'] = ResolversParentTypes['ChangeConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ChangeEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ChangeEdgeResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['ChangeEdge'] = ResolversParentTypes['ChangeEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Change'], ParentType, ContextType>;
};

export type CreditSubjectResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['CreditSubject'] = ResolversParentTypes['CreditSubject']> = {
  uscc?: Resolver<ResolversTypes['USCC'], ParentType, ContextType>;
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

export type DeliveryCountResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['DeliveryCount'] = ResolversParentTypes['DeliveryCount']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type HolderResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Holder'] = ResolversParentTypes['Holder']> = {
  attestedBy?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  current?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hashMatches?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  overdue?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  platform?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  reportedBy?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  rule?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  since?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['HolderState'], ParentType, ContextType>;
  version?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  waitingSince?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type LegalBasisResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['LegalBasis'] = ResolversParentTypes['LegalBasis']> = {
  article?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  document?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type MeResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Me'] = ResolversParentTypes['Me']> = {
  basis?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  channel?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  onBehalfOf?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  platform?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  purpose?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  quota?: Resolver<Maybe<ResolversTypes['Quota']>, ParentType, ContextType>;
  scopes?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
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

export type PartnerResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Partner'] = ResolversParentTypes['Partner'], FederationReferenceType extends FederationReferenceTypes['Partner'] = FederationReferenceTypes['Partner']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Partner']> | FederationReferenceType, FederationReferenceType, ContextType>;
  askedDatasets?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  deliveries?: Resolver<Maybe<ReadonlyArray<ResolversTypes['DeliveryCount']>>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  nameEn?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  nameZh?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  region?: Resolver<ResolversTypes['RegionCode'], ParentType, ContextType>;
  relation?: Resolver<ResolversTypes['PartnerRelation'], ParentType, ContextType>;
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

export type QueryResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  changes?: Resolver<Maybe<ResolversTypes['ChangeConnection']>, ParentType, ContextType, RequireFields<QueryChangesArgs, 'first'>>;
  holders?: Resolver<Maybe<ResolversTypes['RecordHolders']>, ParentType, ContextType, RequireFields<QueryHoldersArgs, 'record'>>;
  me?: Resolver<Maybe<ResolversTypes['Me']>, ParentType, ContextType>;
  partners?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Partner']>>, ParentType, ContextType>;
  reconciliation?: Resolver<Maybe<ReadonlyArray<ResolversTypes['ReconciliationStatement']>>, ParentType, ContextType, RequireFields<QueryReconciliationArgs, 'first' | 'partner'>>;
};

export type QuotaResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Quota'] = ResolversParentTypes['Quota']> = {
  limit?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  remaining?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  resetAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  windowSeconds?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type RecognitionResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Recognition'] = ResolversParentTypes['Recognition']> = {
  agreementNumber?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  agreementVersion?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  decidedBy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  localGrade?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['RecognitionOutcome'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ReconciliationDifferencesResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['ReconciliationDifferences'] = ResolversParentTypes['ReconciliationDifferences']> = {
  conflicting?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  inFlight?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  missingHere?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  missingThere?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  staleHere?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  staleThere?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ReconciliationSideResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['ReconciliationSide'] = ResolversParentTypes['ReconciliationSide']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  root?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ReconciliationStatementResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['ReconciliationStatement'] = ResolversParentTypes['ReconciliationStatement']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  differences?: Resolver<Maybe<ResolversTypes['ReconciliationDifferences']>, ParentType, ContextType>;
  document?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  equal?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  held?: Resolver<ResolversTypes['ReconciliationSide'], ParentType, ContextType>;
  heldBack?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  inFlight?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  owed?: Resolver<ResolversTypes['ReconciliationSide'], ParentType, ContextType>;
  receiver?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  refused?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sender?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type RecordHoldersResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['RecordHolders'] = ResolversParentTypes['RecordHolders']> = {
  holders?: Resolver<ReadonlyArray<ResolversTypes['Holder']>, ParentType, ContextType>;
  origin?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  recordKey?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  withdrawn?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export interface RegionCodeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['RegionCode'], any> {
  name: 'RegionCode';
}

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
  Change?: ChangeResolvers<ContextType>;
  ChangeConnection?: ChangeConnectionResolvers<ContextType>;
  ChangeEdge?: ChangeEdgeResolvers<ContextType>;
  CreditSubject?: CreditSubjectResolvers<ContextType>;
  Date?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  Decimal?: GraphQLScalarType;
  DeliveryCount?: DeliveryCountResolvers<ContextType>;
  Holder?: HolderResolvers<ContextType>;
  LegalBasis?: LegalBasisResolvers<ContextType>;
  Me?: MeResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Partner?: PartnerResolvers<ContextType>;
  Provenance?: ProvenanceResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Quota?: QuotaResolvers<ContextType>;
  Recognition?: RecognitionResolvers<ContextType>;
  ReconciliationDifferences?: ReconciliationDifferencesResolvers<ContextType>;
  ReconciliationSide?: ReconciliationSideResolvers<ContextType>;
  ReconciliationStatement?: ReconciliationStatementResolvers<ContextType>;
  RecordHolders?: RecordHoldersResolvers<ContextType>;
  RegionCode?: GraphQLScalarType;
  SourceCoverage?: SourceCoverageResolvers<ContextType>;
  USCC?: GraphQLScalarType;
};

