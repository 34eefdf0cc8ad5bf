import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { SubjectView } from '../subject-view.ts';
import type { ApiContext } from '../../shared/index.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
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

/** An organisation that credit records are about: a legal person, another organisation, or a sole trader with a code. */
export type CreditSubject = {
  /** Every code the subject has or had, the current one first. */
  readonly codes: ReadonlyArray<Scalars['USCC']['output']>;
  /** Whether the subject register of this hub confirmed code and name. */
  readonly confirmed: Scalars['Boolean']['output'];
  /** Codes given up for the current one. */
  readonly formerCodes: ReadonlyArray<Scalars['USCC']['output']>;
  /** Earlier names: those of the register, or where it says nothing those met earlier, the oldest first. */
  readonly formerNames: ReadonlyArray<Scalars['String']['output']>;
  /** Kind of organisation, by the code. */
  readonly kind: SubjectKind;
  /** Whether this hub's registry knows the subject; if not, sources are asked all the same. */
  readonly known: Scalars['Boolean']['output'];
  /** By which key the subject was found. */
  readonly matchedBy?: Maybe<SubjectMatch>;
  /** Code of the subject that carries this one on after a merger, where the register says so. */
  readonly mergedInto?: Maybe<Scalars['USCC']['output']>;
  /** Name; a sole trader's that reads like a person's is masked outside government channels. */
  readonly name?: Maybe<Scalars['String']['output']>;
  /** Organisation code, derived from the code. */
  readonly orgCode?: Maybe<Scalars['String']['output']>;
  /** Region of registration, derived from the code. */
  readonly regionCode?: Maybe<Scalars['RegionCode']['output']>;
  /** Registration number, where a source gave it. */
  readonly registrationNo?: Maybe<Scalars['String']['output']>;
  /** Whether the organisation is active, as far as a source said. */
  readonly status: SubjectStatus;
  /** Tax number, where a source gave it. */
  readonly taxNo?: Maybe<Scalars['String']['output']>;
  /** Unified social credit code in use. */
  readonly uscc: Scalars['USCC']['output'];
};

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

/** Where every query begins. */
export type Query = {
  /** One subject by code or exact name. A well-formed code always answers, so that sources are asked. */
  readonly subject?: Maybe<CreditSubject>;
  /** Up to 100 subjects by code, in the order asked; null where a code is not well formed. */
  readonly subjects?: Maybe<ReadonlyArray<Maybe<CreditSubject>>>;
};


/** Where every query begins. */
export type QuerySubjectArgs = {
  by: SubjectBy;
};


/** Where every query begins. */
export type QuerySubjectsArgs = {
  usccs: ReadonlyArray<Scalars['USCC']['input']>;
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

/** The key to find one subject by; exactly one is given. */
export type SubjectBy =
  /** Full name; matched exactly after normalisation. */
  { readonly name: Scalars['String']['input']; readonly orgCode?: never; readonly registrationNo?: never; readonly taxNo?: never; readonly uscc?: never; }
  |  /** Organisation code. */
  { readonly name?: never; readonly orgCode: Scalars['String']['input']; readonly registrationNo?: never; readonly taxNo?: never; readonly uscc?: never; }
  |  /** Registration number. */
  { readonly name?: never; readonly orgCode?: never; readonly registrationNo: Scalars['String']['input']; readonly taxNo?: never; readonly uscc?: never; }
  |  /** Tax number. */
  { readonly name?: never; readonly orgCode?: never; readonly registrationNo?: never; readonly taxNo: Scalars['String']['input']; readonly uscc?: never; }
  |  /** Unified social credit code, current or former. */
  { readonly name?: never; readonly orgCode?: never; readonly registrationNo?: never; readonly taxNo?: never; readonly uscc: Scalars['USCC']['input']; };

/** Kinds of organisation. */
export type SubjectKind =
  /** Enterprise, institution or body with legal personality. */
  | 'LEGAL_PERSON'
  /** Organisation without legal personality. */
  | 'OTHER_ORGANISATION'
  /** Individual business with a code of its own. */
  | 'SOLE_TRADER';

/** The key that led to a subject. */
export type SubjectMatch =
  /** A code given up for the current one. */
  | 'FORMER_CODE'
  /** A name met earlier, exactly. */
  | 'FORMER_NAME'
  /** The name in use, exactly. */
  | 'NAME'
  /** Organisation code. */
  | 'ORG_CODE'
  /** Registration number. */
  | 'REGISTRATION_NO'
  /** Tax number. */
  | 'TAX_NO'
  /** The code in use. */
  | 'USCC';

/** Whether an organisation still exists. */
export type SubjectStatus =
  /** Registered and operating. */
  | 'ACTIVE'
  /** Struck off. */
  | 'CANCELLED'
  /** Licence revoked. */
  | 'REVOKED'
  /** No source said. */
  | 'UNKNOWN';



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
  CreditSubject: CreditSubject;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  CreditSubject:
    ( { __typename: 'CreditSubject' }
    & GraphQLRecursivePick<FederationTypes['CreditSubject'], {"uscc":true}> );
};


/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Node: never;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Authority: ResolverTypeWrapper<Authority>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  CreditSubject: ResolverTypeWrapper<SubjectView>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Date: ResolverTypeWrapper<Scalars['Date']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Decimal: ResolverTypeWrapper<Scalars['Decimal']['output']>;
  DisclosureClass: DisclosureClass;
  LegalBasis: ResolverTypeWrapper<LegalBasis>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Provenance: ResolverTypeWrapper<Provenance>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Recognition: ResolverTypeWrapper<Recognition>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  RecognitionOutcome: RecognitionOutcome;
  RegionCode: ResolverTypeWrapper<Scalars['RegionCode']['output']>;
  SourceCoverage: ResolverTypeWrapper<SourceCoverage>;
  SourceStatus: SourceStatus;
  SubjectBy: SubjectBy;
  SubjectKind: SubjectKind;
  SubjectMatch: SubjectMatch;
  SubjectStatus: SubjectStatus;
  USCC: ResolverTypeWrapper<Scalars['USCC']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Authority: Authority;
  String: Scalars['String']['output'];
  CreditSubject: SubjectView;
  Boolean: Scalars['Boolean']['output'];
  Date: Scalars['Date']['output'];
  DateTime: Scalars['DateTime']['output'];
  Decimal: Scalars['Decimal']['output'];
  LegalBasis: LegalBasis;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  ID: Scalars['ID']['output'];
  PageInfo: PageInfo;
  Provenance: Provenance;
  Query: Record<PropertyKey, never>;
  Recognition: Recognition;
  Int: Scalars['Int']['output'];
  RegionCode: Scalars['RegionCode']['output'];
  SourceCoverage: SourceCoverage;
  SubjectBy: SubjectBy;
  USCC: Scalars['USCC']['output'];
};

export type AuthorityResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Authority'] = ResolversParentTypes['Authority']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  region?: Resolver<ResolversTypes['RegionCode'], ParentType, ContextType>;
  uscc?: Resolver<ResolversTypes['USCC'], ParentType, ContextType>;
};

export type CreditSubjectResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['CreditSubject'] = ResolversParentTypes['CreditSubject'], FederationReferenceType extends FederationReferenceTypes['CreditSubject'] = FederationReferenceTypes['CreditSubject']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['CreditSubject']> | FederationReferenceType, FederationReferenceType, ContextType>;
  codes?: Resolver<ReadonlyArray<ResolversTypes['USCC']>, ParentType, ContextType>;
  confirmed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  formerCodes?: Resolver<ReadonlyArray<ResolversTypes['USCC']>, ParentType, ContextType>;
  formerNames?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['SubjectKind'], ParentType, ContextType>;
  known?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  matchedBy?: Resolver<Maybe<ResolversTypes['SubjectMatch']>, ParentType, ContextType>;
  mergedInto?: Resolver<Maybe<ResolversTypes['USCC']>, ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  orgCode?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  regionCode?: Resolver<Maybe<ResolversTypes['RegionCode']>, ParentType, ContextType>;
  registrationNo?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['SubjectStatus'], ParentType, ContextType>;
  taxNo?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
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

export type QueryResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  subject?: Resolver<Maybe<ResolversTypes['CreditSubject']>, ParentType, ContextType, RequireFields<QuerySubjectArgs, 'by'>>;
  subjects?: Resolver<Maybe<ReadonlyArray<Maybe<ResolversTypes['CreditSubject']>>>, ParentType, ContextType, RequireFields<QuerySubjectsArgs, 'usccs'>>;
};

export type RecognitionResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Recognition'] = ResolversParentTypes['Recognition']> = {
  agreementNumber?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  agreementVersion?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  decidedBy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  localGrade?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['RecognitionOutcome'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
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
  CreditSubject?: CreditSubjectResolvers<ContextType>;
  Date?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  Decimal?: GraphQLScalarType;
  LegalBasis?: LegalBasisResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Provenance?: ProvenanceResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Recognition?: RecognitionResolvers<ContextType>;
  RegionCode?: GraphQLScalarType;
  SourceCoverage?: SourceCoverageResolvers<ContextType>;
  USCC?: GraphQLScalarType;
};

