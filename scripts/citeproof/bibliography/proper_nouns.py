"""Proper nouns that the titles of psychology, psychiatry and the health sciences hold."""

from __future__ import annotations

PROPER_NOUNS = frozenset(
    """
    Africa African Africans America American Americans Asia Asian Asians Australia Australian Austria Austrian
    Bangladesh Belgian Belgium Brazil Brazilian Britain British California Canada Canadian Canadians Caribbean Chile
    Chilean China Chinese Colombia Congo Croatia Cuba Czech Danish Denmark Dutch Egypt Egyptian England English
    Ethiopia Ethiopian Europe European Europeans Finland Finnish Flemish France French German Germans Germany Ghana
    Greece Greek Haiti Hispanic Hispanics Hungarian Hungary Iceland India Indian Indonesia Indonesian Iran Iranian
    Iraq Ireland Irish Israel Israeli Italian Italy Japan Japanese Jordan Kenya Kenyan Korea Korean Latin Latina
    Latinas Latino Latinos Latinx Lebanon London Malaysia Malaysian Mexican Mexico Morocco Nepal Netherlands Nigeria
    Nigerian Norway Norwegian Pakistan Pakistani Palestinian Peru Philippine Philippines Poland Polish Portugal
    Portuguese Romania Romanian Russia Russian Rwanda Scandinavia Scandinavian Scotland Scottish Serbia Singapore
    Slovenia Somali Spain Spanish Sweden Swedish Swiss Switzerland Syria Syrian Taiwan Taiwanese Tanzania Texas Thai
    Thailand Turkey Turkish Uganda Ukraine Ukrainian Vietnam Vietnamese Wales Welsh York Zealand Zimbabwe Arab
    Arabic Hebrew Mandarin Cantonese Urdu Hindi Swahili Aboriginal Buddhism Buddhist Catholic Christian Christianity
    Christians Confucian Hindu Islam Islamic Jewish Jews Judaism Muslim Muslims Protestant January February April
    June July August September October November December Monday Tuesday Wednesday Thursday Friday Saturday Sunday
    Christmas Easter Ramadan Alzheimer Asperger Bandura Bayes Bayesian Beck Bowlby Bruner Cohen Cronbach Cushing
    Darwin Darwinian Down Durkheim Erikson Eysenck Festinger Freud Freudian Galton Gauss Gaussian Gibson Gilles
    Hamilton Hebbian Huntington Jung Jungian Kendall Kohlberg Kolmogorov Lacan Likert Machiavellian Machiavellianism
    Markov Marx Marxist Maslow Milgram Monte Carlo Montessori Parkinson Pavlov Pavlovian Pearson Piaget Piagetian
    Poisson Raven Rogers Rorschach Rasch Shakespeare Simon Skinner Spearman Stroop Tourette Turing Vygotsky Wechsler
    Weber Wernicke Broca Wilcoxon Wundt Facebook Google Instagram Reddit Twitter Wikipedia YouTube
    """.split()  # noqa: SIM905  (words read best as a line)
) - {"Down", "Turkey", "Raven", "Simon", "Beck", "Rogers", "Jordan", "March", "May", "Latin"}
"""Proper nouns of the field. Those that are common nouns as well are left out: a false alarm is as bad as a miss."""
