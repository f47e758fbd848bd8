//! What people say of the papers beside their figures, and the papers kept with a fixed report.

use kvartal::store::StoreError;
use kvartal::store::beside::MeasureRow;

use super::{Start, file, noon};
use crate::databases::on_both;

#[test]
fn the_newest_head_and_form_count_and_two_do_not_write_over_each_other() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let (round, namnd) = (start.round.as_str(), start.namnd.as_str());
        assert_eq!(store.paper_head(round).await.unwrap(), None);
        assert_eq!(store.paper_form(namnd).await.unwrap(), None);
        let mut tx = store.begin().await.unwrap();
        let word = tx.add_original(file(b"mall")).await.unwrap();
        for (seen, dnr, threshold, template) in [(0, "FN 1", 5, Some(word.as_str())), (1, "FN 2", 7, None)] {
            tx.add_paper_head((round, seen), (dnr, "Anna\0"), "p1", noon()).await.unwrap();
            tx.add_paper_form((namnd, seen), (threshold, template), "p1", noon()).await.unwrap();
        }
        tx.commit().await.unwrap();
        for late in [false, true] {
            let mut tx = store.begin().await.unwrap();
            let late = match late {
                false => tx.add_paper_head((round, 1), ("FN 3", ""), "p2", noon()).await,
                true => tx.add_paper_form((namnd, 1), (9, None), "p2", noon()).await,
            };
            assert!(matches!(late, Err(StoreError::Conflict)), "{late:?}");
        }
        let head = store.paper_head(round).await.unwrap().unwrap();
        assert_eq!((head.nr, head.dnr.as_str(), head.author.as_str()), (2, "FN 2", "Anna"));
        let form = store.paper_form(namnd).await.unwrap().unwrap();
        assert_eq!((form.nr, form.threshold, form.template_id, form.template_name), (2, 7, None, None));
        let kept = store.kept().await.unwrap();
        assert_eq!(kept.iter().map(|it| it.used_as.as_str()).collect::<Vec<_>>(), ["wordmall"], "an old one is kept");
    });
}

#[test]
fn every_version_of_a_measure_is_there_and_two_do_not_note_over_each_other() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let about = (start.round.as_str(), start.namnd.as_str());
        let row = |measure: &str, nr, insats: Option<&str>| MeasureRow {
            measure: measure.to_owned(),
            nr,
            kvartal: "2023-Q4".to_owned(),
            insats: insats.map(str::to_owned),
            kind: "rekrytering".to_owned(),
            text: "Två anställs.\0".to_owned(),
            outcome: String::new(),
            outcome_in: None,
            removed: nr == 2,
            written_by: "p1".to_owned(),
            written_at: noon(),
        };
        let mut tx = store.begin().await.unwrap();
        for it in [row("b", 1, None), row("a", 1, Some("ledsagarservice")), row("a", 2, None)] {
            tx.add_measure(about, &it).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut tx = store.begin().await.unwrap();
        let late = tx.add_measure(about, &row("a", 2, None)).await;
        assert!(matches!(late, Err(StoreError::Conflict)), "{late:?}");
        drop(tx);
        let found = store.measures(&start.namnd).await.unwrap();
        let found: Vec<_> = found.iter().map(|it| (it.measure.as_str(), it.nr, it.removed, it.text.as_str())).collect();
        let text = "Två anställs.";
        assert_eq!(found, [("a", 1, false, text), ("a", 2, true, text), ("b", 1, false, text)]);
        assert!(store.measures("x").await.unwrap().is_empty());
    });
}

#[test]
fn the_papers_are_kept_with_the_report_that_was_fixed_last() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let mut tx = store.begin().await.unwrap();
        let report = tx.add_original(file(b"rapport")).await.unwrap();
        let papers = tx.add_original(file(b"handlingar")).await.unwrap();
        tx.fix(&start.round, &report, "1 x", "p1", noon()).await.unwrap();
        tx.keep_papers(&start.round, &papers).await.unwrap();
        tx.commit().await.unwrap();
        let fixed = store.fixed_reports(&start.round).await.unwrap().remove(0);
        assert_eq!(store.fixed_paper(&fixed.id).await.unwrap(), Some(papers.clone()));
        assert_eq!(store.fixed_paper("x").await.unwrap(), None);
        let kept = store.kept().await.unwrap();
        let of = kept.iter().find(|it| it.id == papers).unwrap();
        assert_eq!(
            (of.used_as.as_str(), of.kvartal.as_deref(), of.which.as_deref()),
            ("handlingar", Some("2023-Q4"), Some("1"))
        );
    });
}
