import type { Preset } from './presets.ts'

const as_of = '2026-11-01'
const language = 'fr'

/** Contracts of French studios, as they are usually written. */
export const french: readonly Preset[] = [
  {
    key: 'service_fr',
    language,
    name: 'Contrat de prestation studio',
    as_of,
    body: `> Modèle de novembre 2026, à faire vérifier par votre avocat avant de l’utiliser. Retirez cette ligne ensuite.

Entre les soussignés :

{{studio.legal_name}}, {{studio.legal_form}}, {{studio.address}}, SIRET {{studio.siret}}, représenté par {{studio.representative}}, ci-après « le studio »,

et {{client.legal_name}}, {{client.address}}, ci-après « le client »,

il est convenu ce qui suit, le {{contract.date}}.

# 1. Objet

Le studio met à la disposition du client ses locaux, son matériel et son personnel pour les séances suivantes :

{{sessions.list}}

# 2. Prix et paiement

Le prix convenu est de {{other.prix_total}}. Un acompte de {{other.acompte}} est versé à la signature ; le solde est dû à la fin de la dernière séance, sur facture. Tout dépassement d’horaire est proposé au client avec son prix avant d’être travaillé.

# 3. Déroulement

- Les horaires comprennent l’installation, les réglages et le rangement.
- Le client vérifie les prises avant la fin de la séance. La fiche de séance, signée, en fait le compte.
- Le matériel apporté par le client reste sous sa garde.
- Le volume sonore et le règlement du lieu sont respectés par le client et ses invités.

# 4. Annulation et report

Plus de 48 heures avant la séance, elle est annulée ou reportée sans frais. Moins de 48 heures avant, l’acompte reste acquis au studio. Le jour même ou en cas d’absence, le prix de la séance est dû.

# 5. Enregistrements

Les fichiers sont remis au client après complet paiement. Le studio en garde une copie pendant {{other.duree_conservation}}, sans obligation au-delà : le client en fait ses propres copies. Sauf accord écrit, le studio n’acquiert aucun droit sur les œuvres ni sur les enregistrements.

# 6. Responsabilité

Chaque partie est assurée pour les dommages qu’elle cause. La responsabilité du studio en cas de perte d’enregistrement est limitée au prix de la séance concernée.

# 7. Données personnelles

Les données du client servent à la prestation et à sa facturation. Le client peut y accéder, les faire corriger ou effacer en écrivant à {{studio.email}}.

# 8. Droit applicable

Le contrat est soumis au droit français. Avant tout procès, les parties cherchent une solution amiable ; le client consommateur peut saisir gratuitement un médiateur de la consommation.`
  },
  {
    key: 'recording_fr',
    language,
    name: 'Autorisation d’enregistrement et cession',
    as_of,
    body: `> Modèle de novembre 2026, à faire vérifier par votre avocat avant de l’utiliser. Retirez cette ligne ensuite.

Entre {{studio.legal_name}}, {{studio.address}}, SIRET {{studio.siret}}, ci-après « le producteur »,

et {{client.name}}, {{client.address}}, artiste-interprète connu sous le nom de {{client.artist_name}}, ci-après « l’artiste »,

il est convenu ce qui suit, le {{contract.date}}.

# 1. Autorisation

L’artiste autorise la fixation de son interprétation de {{other.titres}}, enregistrée au studio :

{{sessions.list}}

# 2. Droits cédés

Conformément aux articles L212-3 et L131-3 du Code de la propriété intellectuelle, l’artiste cède au producteur les droits qui suivent, chacun distinctement :

- reproduction : sur tout support physique et numérique ;
- communication au public : écoute en continu, téléchargement, radio, télévision, lieux publics ;
- mise à la disposition du public à la demande ;
- usage d’extraits pour la promotion des enregistrements.

Toute autre exploitation, dont la synchronisation à l’image et la publicité, demande un accord écrit séparé.

# 3. Étendue

La cession vaut pour le territoire suivant : {{other.territoire}}, et pour une durée de {{other.duree}} à compter de la première publication.

# 4. Rémunération

L’artiste reçoit {{other.remuneration}}. Cette somme ne remplace ni le salaire dû pour la séance lorsqu’il en est dû un, ni les rémunérations gérées collectivement (SPEDIDAM, ADAMI), qui restent à l’artiste.

# 5. Nom et droit moral

Le nom de l’artiste est cité ainsi : {{other.credit}}. Le droit moral de l’artiste (article L212-2) est inaliénable : l’interprétation ne peut être dénaturée.

# 6. Comptes

Une fois par an, le producteur rend compte des exploitations à l’artiste, et lui verse ce qui lui revient.

# 7. Droit applicable

Le contrat est soumis au droit français.`
  },
  {
    key: 'terms_fr',
    language,
    name: 'Conditions générales du studio',
    as_of,
    body: `> Modèle de novembre 2026, à faire vérifier par votre avocat avant de l’utiliser. Retirez cette ligne ensuite.

Conditions générales de {{studio.legal_name}}, {{studio.address}}, acceptées par {{client.name}} le {{contract.date}}.

# 1. Réservation

Une option retient un créneau sans engagement, jusqu’à son échéance. La réservation est ferme à la signature du devis ou au versement de l’acompte.

# 2. Prix

Les prix sont ceux du devis ou, à défaut, du tarif en vigueur. Ils s’entendent hors taxes, sauf mention contraire. Le temps commencé est dû par quart d’heure.

# 3. Paiement

Les factures sont payables à la date qu’elles indiquent. Tout retard d’un professionnel entraîne des pénalités au taux indiqué sur la facture et une indemnité de 40 € pour frais de recouvrement.

# 4. Annulation

Plus de 48 heures avant : sans frais. Moins de 48 heures avant : l’acompte reste acquis. Le jour même : le prix de la séance est dû.

# 5. Rétractation

Le consommateur qui réserve à distance dispose de quatorze jours pour se rétracter. S’il demande que la séance ait lieu avant ce délai, il paie ce qui a été fourni ; une fois la séance entièrement exécutée, il ne peut plus se rétracter.

# 6. Usage des lieux

- Le client répond des personnes qu’il invite.
- Il est interdit de fumer dans les cabines et les régies.
- Le matériel du studio ne sort pas sans accord écrit.

# 7. Fichiers

Les fichiers sont remis après complet paiement. Le client en fait ses copies : le studio n’est pas un service d’archivage.

# 8. Données personnelles

Elles servent à la prestation et à sa facturation. Droits d’accès, de correction et d’effacement : {{studio.email}}.

# 9. Litiges

Droit français. Le consommateur peut saisir gratuitement le médiateur indiqué par le studio : {{other.mediateur}}.`
  }
]
