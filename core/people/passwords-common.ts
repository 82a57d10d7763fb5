/**
 * What guessers try first, without case, accents, punctuation and the digits around it (see `weakness`): French and
 * English words of 5 letters or more that people build ten characters from, keyboard rows, names of the trade.
 */
export const common: ReadonlySet<string> = new Set(
  `
  password passwort passphrase passwordpassword passw0rd mypassword newpassword thepassword yourpassword password1password
  motdepasse motdepass monmotdepasse nouveaumotdepasse mdpmdpmdp changeme changemenow changezmoi changemoi letmein
  letmeinnow letmeinplease welcome welcomehome bienvenue bonjour bonjourbonjour bonsoir aurevoir salutsalut coucou
  coucoucoucou azerty azertyuiop azertyuiopqsdfghjklm azertyazerty qsdfghjklm wxcvbn azerqsdf aqwzsx aqwzsxedc qwerty
  qwertyuiop qwertyqwerty qwertyuiopasdf asdfghjkl asdfasdf asdfghjklzxcvbnm zxcvbnm zxcvbn qazwsx qazwsxedc qwaszx
  qwertz qwertzuiop yxcvbnm q1w2e3r4t5 1q2w3e4r5t 1qaz2wsx 1qaz2wsx3edc 1q2w3e4r a1z2e3r4t5 a1z2e3r4 zaq12wsx 123qwe
  123azerty 123456azerty azerty123456 abc123abc123 abcabcabc abcdefabcdef abcdefghij aaaaabbbbb 1234512345 1231231231
  1122334455 1212121212 1111122222 12341234 123412341234 0123456789 0987654321 1234567890 1029384756 147258369
  iloveyou iloveyouiloveyou jetaime jetaimejetaime jetaimefort jetaimetrop mamanpapa papamaman mamour monamour moncoeur
  loulou loulouloulou doudou doudoudoudou chouchou choupette princesse princess superman batman spiderman pokemon
  naruto starwars dragonball football footballfootball basketball baseball rugbyrugby marseille olympiquedemarseille
  parissaintgermain psgpsgpsg parisparis paris france francefrance vivelafrance allezlesbleus bordeaux toulouse lyonlyon
  soleil soleilsoleil licorne chocolat chocolate nutella caramel vanille pistache banane dauphin papillon tournesol
  marguerite coquelicot sunshine shadow monkey monkeymonkey dragon dragondragon master mastermaster freedom whatever
  trustno trustnoone secret secretsecret topsecret admin adminadmin administrator administrateur administrateurs root
  rootroot rootrootroot superuser superadmin utilisateur useruser guest guestguest default defaultpassword demo demodemo
  test testtest testtesttest testing testpassword temporary temporaire internet ordinateur computer informatique windows
  microsoft samsung google facebook instagram linkedin youtube spotify deezer soundcloud ableton protools cubase logicpro
  patchbay patchbaypatchbay studio studiostudio studiostudiostudio recording recordingstudio enregistrement musique
  musiquemusique music musicmusic musiclover guitare guitareguitare guitar guitarguitar batterie drums drummer basse
  piano pianopiano microphone micro mixage mixing mastering mastermix rockandroll rocknroll heavymetal hiphop jazzjazz
  beatles thebeatles metallica nirvana pinkfloyd rollingstones daftpunk johnnyhallyday jeanjacquesgoldman michaeljackson
  nicolas alexandre alexandra thomas thomasthomas camille charlotte caroline stephanie christophe christine sebastien
  frederic veronique isabelle dominique jeanpierre mariemarie michael jessica jennifer charlie ashley jordan jordanjordan
  january february december septembre novembre decembre printemps automne hiverhiver summer summertime winter autumn
  monday lundilundi vendredi friday saturday sunday weekend vacances liberte egalite fraternite libertegalitefraternite
  `
    .trim()
    .split(/\s+/)
)
