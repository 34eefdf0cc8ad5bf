import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Agreement as AgreementDeclared } from '../../../domain/recognition/index.ts';
import type { AgreementScheme as SchemeDeclared } from '../agreement-scheme.ts';
import type { ApiContext } from '../../shared/index.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
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

/** Terms under which results of one region have effect in another. */
export type Agreement = {
  /** Body that decided on it. */
  readonly decidedBy: Scalars['String']['output'];
  /** First day in force. */
  readonly from: Scalars['Date']['output'];
  /** Kinds of record it covers. */
  readonly kinds: ReadonlyArray<Scalars['String']['output']>;
  /** Number of the agreement. */
  readonly number: Scalars['ID']['output'];
  /** Platforms that hold it. */
  readonly parties: ReadonlyArray<Scalars['String']['output']>;
  /** Purposes it may be used for. */
  readonly purposes: ReadonlyArray<Scalars['String']['output']>;
  /** Schemes it covers. */
  readonly schemes: ReadonlyArray<AgreementScheme>;
  /** Last day in force. */
  readonly until: Scalars['Date']['output'];
  /** Version of the agreement. */
  readonly version: Scalars['Int']['output'];
};

/** A scheme an agreement covers. */
export type AgreementScheme = {
  /** Grade of the origin and grade of the asker that it stands for. */
  readonly gradeMapping: ReadonlyArray<GradeMapping>;
  /** Scheme of the origin. */
  readonly scheme: Scalars['String']['output'];
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

/** Who may see a record. */
export type DisclosureClass =
  /** Platforms of authorities, for a purpose. */
  | 'GOVERNMENT'
  /** Anyone, once published. */
  | 'PUBLIC'
  /** Only where an agreement names it. */
  | 'RESTRICTED';

/** One grade and what it stands for. */
export type GradeMapping = {
  /** Grade as its issuer gave it. */
  readonly grade: Scalars['String']['output'];
  /** Grade in the asker's scheme. */
  readonly localGrade: Scalars['String']['output'];
};

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
  /** Recognition agreements this hub holds; a partner sees those it is a party of. */
  readonly agreements?: Maybe<ReadonlyArray<Agreement>>;
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
  Agreement: Agreement;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Agreement:
    ( { __typename: 'Agreement' }
    & GraphQLRecursivePick<FederationTypes['Agreement'], {"number":true,"version":true}> );
};


/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Node: never;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Agreement: ResolverTypeWrapper<AgreementDeclared>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  AgreementScheme: ResolverTypeWrapper<SchemeDeclared>;
  Authority: ResolverTypeWrapper<Authority>;
  Date: ResolverTypeWrapper<Scalars['Date']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Decimal: ResolverTypeWrapper<Scalars['Decimal']['output']>;
  DisclosureClass: DisclosureClass;
  GradeMapping: ResolverTypeWrapper<GradeMapping>;
  LegalBasis: ResolverTypeWrapper<LegalBasis>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Provenance: ResolverTypeWrapper<Provenance>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Recognition: ResolverTypeWrapper<Recognition>;
  RecognitionOutcome: RecognitionOutcome;
  RegionCode: ResolverTypeWrapper<Scalars['RegionCode']['output']>;
  SourceCoverage: ResolverTypeWrapper<SourceCoverage>;
  SourceStatus: SourceStatus;
  USCC: ResolverTypeWrapper<Scalars['USCC']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Agreement: AgreementDeclared;
  String: Scalars['String']['output'];
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  AgreementScheme: SchemeDeclared;
  Authority: Authority;
  Date: Scalars['Date']['output'];
  DateTime: Scalars['DateTime']['output'];
  Decimal: Scalars['Decimal']['output'];
  GradeMapping: GradeMapping;
  LegalBasis: LegalBasis;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  PageInfo: PageInfo;
  Boolean: Scalars['Boolean']['output'];
  Provenance: Provenance;
  Query: Record<PropertyKey, never>;
  Recognition: Recognition;
  RegionCode: Scalars['RegionCode']['output'];
  SourceCoverage: SourceCoverage;
  USCC: Scalars['USCC']['output'];
};

export type AgreementResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Agreement'] = ResolversParentTypes['Agreement'], FederationReferenceType extends FederationReferenceTypes['Agreement'] = FederationReferenceTypes['Agreement']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Agreement']> | FederationReferenceType, FederationReferenceType, ContextType>;
  decidedBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  from?: Resolver<ResolversTypes['Date'], ParentType, ContextType>;
  kinds?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  number?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  parties?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  purposes?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  schemes?: Resolver<ReadonlyArray<ResolversTypes['AgreementScheme']>, ParentType, ContextType>;
  until?: Resolver<ResolversTypes['Date'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type AgreementSchemeResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['AgreementScheme'] = ResolversParentTypes['AgreementScheme']> = {
  gradeMapping?: Resolver<ReadonlyArray<ResolversTypes['GradeMapping']>, ParentType, ContextType>;
  scheme?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type AuthorityResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['Authority'] = ResolversParentTypes['Authority']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  region?: Resolver<ResolversTypes['RegionCode'], ParentType, ContextType>;
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

export type GradeMappingResolvers<ContextType = ApiContext, ParentType extends ResolversParentTypes['GradeMapping'] = ResolversParentTypes['GradeMapping']> = {
  grade?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  localGrade?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

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
  agreements?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Agreement']>>, ParentType, ContextType>;
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
  Agreement?: AgreementResolvers<ContextType>;
  AgreementScheme?: AgreementSchemeResolvers<ContextType>;
  Authority?: AuthorityResolvers<ContextType>;
  Date?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  Decimal?: GraphQLScalarType;
  GradeMapping?: GradeMappingResolvers<ContextType>;
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

